import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { findBrowser } from './find-browser.mjs';
import { run, tool } from './run.mjs';

/** What the browser tests and the screenshots need of Debian and Ubuntu: Chromium, and a font with Chinese. */
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

/**
 * Finds Chromium, or installs it: through apt as root on Debian and its kin, through Playwright's installer elsewhere.
 * @returns {Promise<{ path: string, problem?: undefined } | { path?: undefined, problem: string }>}
 */
export async function installBrowser() {
  const found = await findBrowser();
  if (found) return { path: found };
  if (process.env['CHROMIUM_PATH']) return { problem: 'CHROMIUM_PATH is not a program that can be run' };

  for (const command of await installers()) {
    console.error(`Installing Chromium: ${command.join(' ')}`);
    const { code } = await run(command, { show: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
    if (code !== 0) return { problem: `\`${command.join(' ')}\` failed` };
  }
  const path = await findBrowser();
  return path ? { path } : { problem: 'it was installed, and is not where it should be' };
}

/** @returns {Promise<import('./run.mjs').Command[]>} */
async function installers() {
  if (process.getuid?.() === 0 && (await exists('/etc/debian_version'))) {
    return [
      ['apt-get', 'update'],
      ['apt-get', 'install', '-y', '--no-install-recommends', ...PACKAGES],
    ];
  }
  return [tool('playwright-core/cli.js', 'install', 'chromium')];
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { path, problem } = await installBrowser();
  console.log(path ?? `No Chromium: ${problem}.`);
  process.exitCode = path ? 0 : 1;
}
