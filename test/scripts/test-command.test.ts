import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, run } from '../../scripts/run.mjs';

/** A repository of one file, under the scripts of this one. */
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'holdfast-test-command-'));
  for (const path of [
    'scripts',
    'model',
    // What a step prints lies beside what the step runs.
    'test/browser/tabs/table.mjs',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.build.cjs.json',
    '.oxfmtrc.json',
  ]) {
    await cp(join(root, path), join(copy, path), { recursive: true });
  }
  await mkdir(join(copy, 'src'));
  await writeFile(join(copy, 'src/index.ts'), 'export const answer: number = 42;\n');
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});

afterAll(() => rm(copy, { recursive: true, force: true }));

const env = {
  CHROMIUM_PATH: '/nowhere',
  FIREFOX_PATH: '/nowhere',
  WEBKIT_DRIVER_PATH: '/nowhere',
  SPIN_PATH: '/nowhere',
};

const npmTest = (...options: string[]): ReturnType<typeof run> =>
  run(['node', 'scripts/test.mjs', ...options], { cwd: copy, env });

const lastLines = (output: string, count: number): string[] => output.trimEnd().split('\n').slice(-count);

test('each step counts, and the last line says how many passed', async () => {
  const { code, output } = await npmTest('--only', 'build,format');
  expect(code, output).toBe(0);
  expect(lastLines(output, 1)).toEqual(['2 passed, 0 failed']);
});

test('a step that fails shows why, lets the others run, and fails the command', async () => {
  await writeFile(join(copy, 'test/planted.ts'), `export const answer: number = 'none';\n`);
  const { code, output } = await npmTest('--only', 'types,format');
  expect(output).toContain('✗ types');
  expect(output).toContain('test/planted.ts');
  expect(output).toContain('✓ format');
  expect(lastLines(output, 1)).toEqual(['2 passed, 1 failed']);
  expect(code).toBe(1);
  await rm(join(copy, 'test/planted.ts'));
});

test('nothing is tested when the build fails', async () => {
  await writeFile(join(copy, 'src/planted.ts'), `export const x: number = 'one';\n`);
  const { code, output } = await npmTest('--only', 'format');
  expect(output).toContain('src/planted.ts(1,14)');
  expect(lastLines(output, 1)).toEqual(['0 passed, 1 failed']);
  expect(code).toBe(1);
  await rm(join(copy, 'src/planted.ts'));
});

test('without a browser its tests are skipped in capitals, and counted nowhere', async () => {
  const { code, output } = await npmTest('--only', 'browser');
  expect(lastLines(output, 2)).toEqual([
    'BROWSER TESTS SKIPPED: no Chromium: CHROMIUM_PATH is not a program that can be run',
    '1 passed, 0 failed',
  ]);
  expect(code, output).toBe(0);
});

test('without Spin the model says what is missing, and fails', async () => {
  const { code, output } = await run(['node', 'model/check.mjs'], { cwd: copy, env });
  expect(output.trim()).toBe('No Spin: SPIN_PATH is not Spin, or there is no gcc.');
  expect(code).toBe(1);
});

test('each engine that is missing is named in capitals, with the reason', async () => {
  const { code, output } = await npmTest('--only', 'tabs');
  for (const [title, variable] of [
    ['CHROMIUM', 'CHROMIUM_PATH'],
    ['FIREFOX', 'FIREFOX_PATH'],
    ['WEBKIT', 'WEBKIT_DRIVER_PATH'],
  ]) {
    expect(output).toContain(`TABS IN ${title} SKIPPED: ${variable} is not a program that can be run`);
  }
  expect(lastLines(output, 2)).toEqual(['TABS TESTS SKIPPED: no browser', '1 passed, 0 failed']);
  expect(code, output).toBe(0);
});

test('a step that does not exist is an error, not an empty run', async () => {
  const { code, output } = await npmTest('--only', 'tpyes');
  expect(output).toContain('No such step: tpyes');
  expect(code).toBe(1);
});
