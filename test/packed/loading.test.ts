import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { run } from '../../scripts/run.mjs';
import { entries } from './entries.js';

const { alone, besideAxios } = inject('packed');

test('every entry is imported and required without any other package, and exports the same', async () => {
  const imported = await exportsOf('module', (name) => `await import('${name}')`);
  const required = await exportsOf('commonjs', (name) => `require('${name}')`);
  expect(Object.keys(imported)).toEqual(entries.map(({ name }) => name));
  for (const name in imported) expect(imported[name], name).not.toEqual([]);
  expect(required).toEqual(imported);
});

test('both copies of the package work together in one process', async () => {
  const program = join(besideAxios, 'both-copies.mjs');
  await cp(join(import.meta.dirname, 'consumers/both-copies.mjs'), program);
  expect(await run(['node', program])).toEqual({ code: 0, output: 'OK\n' });
});

async function exportsOf(
  type: 'module' | 'commonjs',
  load: (name: string) => string,
): Promise<Record<string, string[]>> {
  const fields = entries.map(({ name }) => `'${name}': Object.keys(${load(name)}).sort()`);
  const program = `console.log(JSON.stringify({ ${fields.join()} }))`;
  const { code, output } = await run(['node', '--input-type', type, '--eval', program], { cwd: alone });
  expect(code, output).toBe(0);
  return JSON.parse(output);
}
