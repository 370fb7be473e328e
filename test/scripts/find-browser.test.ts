import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engines, findBrowser } from '../../scripts/find-browser.mjs';
import { installBrowser } from '../../scripts/install-browser.mjs';
import { run } from '../../scripts/run.mjs';

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
  // No other goes before this name, whatever else the machine has.
  const chrome = await plant('google-chrome-stable');
  vi.stubEnv('CHROMIUM_PATH', undefined);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  expect(await findBrowser()).toBe(chrome);
});

test.runIf(process.platform === 'linux')(
  'what Playwright downloaded is found where none is installed',
  async () => {
    // Playwright reads where its browsers are when it is loaded, so each look is a process of its own.
    const env = { CHROMIUM_PATH: undefined, PATH: folder, PLAYWRIGHT_BROWSERS_PATH: folder };
    const before = await run(['node', 'scripts/find-browser.mjs'], { env });
    const code = `console.log((await import('playwright-core')).chromium.executablePath())`;
    const { output: downloaded } = await run(['node', '--input-type=module', '--eval', code], { env });
    await mkdir(dirname(downloaded.trim()), { recursive: true });
    await plant(relative(folder, downloaded.trim()));
    const { output } = await run(['node', 'scripts/find-browser.mjs'], { env });
    // Some desktops tell where their Chrome is though it is not on the PATH, and that one goes before.
    expect(output).toBe(before.code === 0 ? before.output : downloaded);
  },
);

describe.each([
  ['firefox', 'FIREFOX_PATH', 'firefox-esr'],
  ['webkit', 'WEBKIT_DRIVER_PATH', 'WebKitWebDriver'],
] as const)('%s', (name, variable, program) => {
  test('is found on the PATH, unless a variable names another', async () => {
    const found = await plant(program);
    await plant('xvfb-run');
    vi.stubEnv('PATH', folder);
    vi.stubEnv(variable, undefined);
    expect(await engines[name].find()).toBe(found);
    const mine = await plant('my-own-build');
    vi.stubEnv(variable, mine);
    expect(await engines[name].find()).toBe(mine);
  });
});

test('WebKit is not found without a screen to draw on', async () => {
  await plant('WebKitWebDriver');
  vi.stubEnv('PATH', folder);
  vi.stubEnv('WEBKIT_DRIVER_PATH', undefined);
  expect(await engines.webkit.find()).toBeUndefined();
});
