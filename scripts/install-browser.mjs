/**
 * Finds the browsers that tests run in, or installs them: Chromium alone, or those that are named.
 *
 *   node scripts/install-browser.mjs [chromium] [firefox] [webkit]
 */
import { pathToFileURL } from 'node:url';
import { canUseApt, installByApt, runVisibly } from './apt.mjs';
import { engines } from './find-browser.mjs';
import { tool } from './run.mjs';

/** @typedef {import('./find-browser.mjs').EngineName} EngineName */

/**
 * What the tests and the screenshots need of Debian and Ubuntu: a font with Chinese too, and for WebKit a screen.
 * @type {Record<EngineName, string[]>}
 */
const PACKAGES = {
  chromium: ['chromium', 'fonts-noto-cjk'],
  firefox: ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb', 'xauth'],
};

/**
 * Finds a browser, or installs it: through apt as root on Debian and its kin, elsewhere Chromium alone, through
 * Playwright's installer. That one goes second because it downloads from a host of its own, where a machine that has
 * Debian's packages may not get to, and because its Firefox and WebKit are patched for Playwright.
 * @param {EngineName} [name]
 * @returns {Promise<{ path: string, problem?: undefined } | { path?: undefined, problem: string }>}
 */
export async function installBrowser(name = 'chromium') {
  const { variable, find } = engines[name];
  const found = await find();
  if (found) return { path: found };
  if (process.env[variable]) return { problem: `${variable} is not a program that can be run` };

  const problem = await install(name);
  if (problem !== undefined) return { problem };
  const path = await find();
  return path ? { path } : { problem: 'it was installed, and is not where it should be' };
}

/**
 * @param {EngineName} name
 * @returns {Promise<string | undefined>} what went wrong, if anything did
 */
async function install(name) {
  const { title, variable } = engines[name];
  if (await canUseApt()) return installByApt(title, PACKAGES[name]);
  if (name !== 'chromium') return `it is installed by apt as root, or found by ${variable}`;
  return runVisibly(title, tool('playwright-core/cli.js', 'install', 'chromium'));
}

/**
 * @param {string} name
 * @returns {name is EngineName}
 */
const isEngine = (name) => Object.hasOwn(engines, name);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2).filter(isEngine);
  for (const name of names.length > 0 ? names : /** @type {const} */ (['chromium'])) {
    const { path, problem } = await installBrowser(name);
    console.log(path ?? `No ${engines[name].title}: ${problem}.`);
    if (!path) process.exitCode = 1;
  }
}
