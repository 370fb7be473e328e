import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOlder } from '../../scripts/outdated.mjs';

let folder: string;
let source: string;
let made: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-outdated-'));
  source = join(folder, 'src');
  made = join(folder, 'made.js');
  await mkdir(join(source, 'deep'), { recursive: true });
  await mkdir(join(source, 'node_modules'));
  await writeAt(join(source, 'deep', 'file.ts'), 100);
  await writeAt(join(source, 'node_modules', 'installed.js'), 900);
  await utimes(join(source, 'deep'), 100, 100);
  await utimes(source, 100, 100);
});

afterEach(() => rm(folder, { recursive: true }));

async function writeAt(path: string, seconds: number): Promise<void> {
  await writeFile(path, '');
  await utimes(path, seconds, seconds);
}

test('what was never made is outdated', async () => {
  expect(await isOlder(made, [source])).toBe(true);
});

test('what is newer than its sources is up to date, whatever was installed since', async () => {
  await writeAt(made, 200);
  expect(await isOlder(made, [source])).toBe(false);
});

test('a change in a deep folder makes it outdated', async () => {
  await writeAt(made, 200);
  await utimes(join(source, 'deep', 'file.ts'), 300, 300);
  expect(await isOlder(made, [source])).toBe(true);
});

test('so does a file that was removed', async () => {
  await writeAt(made, 200);
  await rm(join(source, 'deep', 'file.ts'));
  expect(await isOlder(made, [source])).toBe(true);
});
