/**
 * Finds the browsers that tests run in, or installs them: Chromium alone, or those that are named.
 *
 *   node scripts/install-browser.mjs [chromium] [firefox] [webkit]
 */
import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { engines } from './find-engines.mjs';
import { run, tool } from './run.mjs';

/** @typedef {import('./find-engines.mjs').EngineName} EngineName */

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
 * Finds a browser, or installs it: through apt as root on Debian and its kin; elsewhere Chromium alone, through
 * Playwright's installer.
 * @param {EngineName} [name]
 * @returns {Promise<{ path: string, problem?: undefined } | { path?: undefined, problem: string }>}
 */
export async function installBrowser(name = 'chromium') {
  const { title, variable, find } = engines[name];
  const found = await find();
  if (found) return { path: found };
  if (process.env[variable]) return { problem: `${variable} is not a program that can be run` };

  const commands = await installers(name);
  if (commands.length === 0) return { problem: `it is installed by apt as root, or found by ${variable}` };
  for (const command of commands) {
    console.error(`Installing ${title}: ${command.join(' ')}`);
    const { code } = await run(command, { show: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
    if (code !== 0) return { problem: `\`${command.join(' ')}\` failed` };
  }
  const path = await find();
  return path ? { path } : { problem: 'it was installed, and is not where it should be' };
}

/**
 * @param {EngineName} name
 * @returns {Promise<import('./run.mjs').Command[]>}
 */
async function installers(name) {
  if (process.getuid?.() === 0 && (await exists('/etc/debian_version'))) {
    return [
      ['apt-get', 'update'],
      ['apt-get', 'install', '-y', '--no-install-recommends', ...PACKAGES[name]],
    ];
  }
  return name === 'chromium' ? [tool('playwright-core/cli.js', 'install', 'chromium')] : [];
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
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
