import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../scripts/run.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-typescript-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});

afterEach(() => rm(folder, { recursive: true }));

const start = (...args: string[]): ReturnType<typeof run> => run(['node', 'scripts/typescript.mjs', ...args]);

test('a program in TypeScript runs with its own options, and imports its neighbours as the compiler has it', async () => {
  await writeFile(
    join(folder, 'program.ts'),
    `import { said } from './neighbour.js';\nconsole.log(said(process.argv.slice(2)));\n`,
  );
  await writeFile(
    join(folder, 'neighbour.ts'),
    `export const said = (words: readonly string[]): string => words.join(' ');\n`,
  );
  const { code, output } = await start(join(folder, 'program.ts'), '--only', 'guard');
  // What it says before that is about a build that was outdated.
  expect(output).toMatch(/^--only guard$/m);
  expect(code).toBe(0);
});

test('a program that throws fails, and one that sets an exit code ends with it', async () => {
  await writeFile(join(folder, 'throws.ts'), `throw new Error('not today');\n`);
  await writeFile(join(folder, 'sets.ts'), 'process.exitCode = 3;\n');
  const thrown = await start(join(folder, 'throws.ts'));
  expect(thrown.code).toBe(1);
  expect(thrown.output).toContain('not today');
  expect((await start(join(folder, 'sets.ts'))).code).toBe(3);
});

test('without a program it says how it is used', async () => {
  const { code, output } = await start();
  expect(output).toContain('node scripts/typescript.mjs <file.ts>');
  expect(code).toBe(1);
});
