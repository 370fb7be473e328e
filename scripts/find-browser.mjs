import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/*
 * chrome-launcher knows where Chrome and Chromium are on each platform, and playwright-core where its installer leaves
 * one. No kept package finds Debian's Firefox or WebKitGTK's driver: of @puppeteer/browsers, playwright-core and
 * chrome-launcher each knows only what it installs itself, or Chrome. For those a look at the PATH has to do.
 */

/**
 * A browser engine that tests run in, and how it is found.
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

/** The path of a Chromium on this machine, or nothing. `CHROMIUM_PATH` goes before all others. */
export async function findBrowser() {
  const own = process.env['CHROMIUM_PATH'];
  if (own) return firstThatRuns([own]);
  return (
    (await firstThatRuns(await installedChromes())) ?? (await firstThatRuns([await downloadedChromium()]))
  );
}

// Imported where they are used: whoever imports this file may be about to install them, and Playwright takes its time.

async function installedChromes() {
  const { Launcher } = await import('chrome-launcher');
  try {
    return Launcher.getInstallations();
  } catch {
    // It throws where there is none, and on a platform that it does not know.
    return [];
  }
}

async function downloadedChromium() {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

/** The path of a Firefox on this machine, or nothing. `FIREFOX_PATH` goes before all others. */
export function findFirefox() {
  const own = process.env['FIREFOX_PATH'];
  return firstThatRuns(own ? [own] : [...onPath('firefox-esr'), ...onPath('firefox')]);
}

/**
 * The path of WebKitGTK's WebDriver, or nothing. `WEBKIT_DRIVER_PATH` goes before the one on the `PATH`. It draws on a
 * screen, so `xvfb-run` has to be there too.
 */
export async function findWebkit() {
  if (!(await firstThatRuns(onPath('xvfb-run')))) return undefined;
  const own = process.env['WEBKIT_DRIVER_PATH'];
  return firstThatRuns(own ? [own] : onPath('WebKitWebDriver'));
}

/** @param {string} name */
function onPath(name) {
  const folders = (process.env['PATH'] ?? '').split(':').filter(Boolean);
  return folders.map((folder) => join(folder, name));
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = await findBrowser();
  console.log(path ?? 'No Chromium found. Set CHROMIUM_PATH, or run node scripts/install-browser.mjs.');
  process.exitCode = path ? 0 : 1;
}
