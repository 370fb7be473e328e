import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { installBrowser } from '../../scripts/install-browser.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-browser-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function plant(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

test('CHROMIUM_PATH goes before any other', async () => {
  const mine = await plant('my-own-build');
  await plant('chromium');
  vi.stubEnv('PATH', folder);
  vi.stubEnv('CHROMIUM_PATH', mine);
  expect(await findBrowser()).toBe(mine);
});

test('a CHROMIUM_PATH that leads nowhere is said to, and nothing else is taken or installed in its place', async () => {
  await plant('chromium');
  vi.stubEnv('PATH', folder);
  vi.stubEnv('CHROMIUM_PATH', join(folder, 'nothing-here'));
  expect(await findBrowser()).toBeUndefined();
  expect(await installBrowser()).toEqual({ problem: expect.stringContaining('CHROMIUM_PATH') });
});

test.runIf(process.platform === 'linux')('a Chromium on the PATH is found', async () => {
  const chromium = await plant('chromium');
  vi.stubEnv('CHROMIUM_PATH', undefined);
  vi.stubEnv('PATH', folder);
  expect(await findBrowser()).toBe(chromium);
});
