import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './find-browser.mjs';

/**
 * A browser engine that the tests of many tabs run in, and how it is found.
 * @typedef {{ title: string, variable: string, find: () => Promise<string | undefined> }} EngineProgram
 */

/**
 * What has to be on the machine. A variable goes before the usual places.
 * @type {Record<'chromium' | 'firefox' | 'webkit', EngineProgram>}
 */
export const engines = {
  chromium: { title: 'Chromium', variable: 'CHROMIUM_PATH', find: findBrowser },
  firefox: { title: 'Firefox', variable: 'FIREFOX_PATH', find: findFirefox },
  webkit: { title: 'WebKit', variable: 'WEBKIT_DRIVER_PATH', find: findWebkit },
};

/** @typedef {keyof typeof engines} EngineName */

export const engineNames = /** @type {EngineName[]} */ (Object.keys(engines));

/** The path of a Firefox on this machine, or nothing. `FIREFOX_PATH` goes before all others. */
export function findFirefox() {
  const own = process.env['FIREFOX_PATH'];
  return firstThatRuns(own ? [own] : usualFirefox());
}

/**
 * The path of WebKitGTK's WebDriver, or nothing. `WEBKIT_DRIVER_PATH` goes before the one on the `PATH`. It draws on a
 * screen, so `xvfb-run` has to be there too.
 */
export async function findWebkit() {
  if (!(await firstThatRuns(onPath(['xvfb-run'])))) return undefined;
  const own = process.env['WEBKIT_DRIVER_PATH'];
  return firstThatRuns(own ? [own] : onPath(['WebKitWebDriver']));
}

function usualFirefox() {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].map((folder) =>
        join(folder, 'Firefox.app/Contents/MacOS/firefox'),
      );
    case 'win32':
      return [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)']]
        .filter((folder) => folder !== undefined)
        .map((folder) => join(folder, 'Mozilla Firefox/firefox.exe'));
    default:
      return onPath(['firefox-esr', 'firefox']);
  }
}

/** @param {string[]} names */
function onPath(names) {
  const folders = (process.env['PATH'] ?? '').split(':').filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

/** @param {string[]} paths */
async function firstThatRuns(paths) {
  for (const path of paths) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}
