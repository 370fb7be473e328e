import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, type Options } from 'acorn';
import { describe, expect, inject, test } from 'vitest';

const dist = join(inject('packed').alone, 'node_modules/holdfast/dist');

/** The newest syntax that each build may hold. What is promised of ESM, and what webpack 4 can parse. */
const LEVELS: [folder: string, options: Options, newer: string][] = [
  ['esm', { ecmaVersion: 2022, sourceType: 'module' }, 'await using later = open();'],
  ['cjs', { ecmaVersion: 2019, sourceType: 'script' }, 'const later = given?.name ?? "none";'],
];

describe.each(LEVELS)('every file of dist/%s', (folder, options, newer) => {
  test(`is written in ES${options.ecmaVersion}`, async () => {
    const files = (await readdir(join(dist, folder), { recursive: true })).filter((file) =>
      file.endsWith('.js'),
    );
    const problems = await Promise.all(
      files.map(async (file) => problemIn(await readFile(join(dist, folder, file), 'utf8'))),
    );
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((_, index) => problems[index] !== undefined)).toEqual([]);
  });

  test('would be told if it held anything newer', () => {
    expect(problemIn(newer)).toMatch(/Unexpected token/);
  });

  function problemIn(code: string): string | undefined {
    try {
      parse(code, options);
      return undefined;
    } catch (error) {
      return String(error);
    }
  }
});
