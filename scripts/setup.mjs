import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * Makes a fresh checkout ready: checks Node, and installs what the lock file names unless it is there already.
 * Imports nothing but Node, and says what it does on standard error.
 */
export async function setUp() {
  await checkNode();
  if (await isInstalled()) return;
  console.error('Installing dependencies (npm ci) …');
  const { code } = await run(['npm', 'ci', '--no-audit', '--no-fund', '--no-update-notifier'], {
    show: true,
  });
  if (code !== 0) stop('`npm ci` failed: see above.');
}

/**
 * Ends the process with a message for the person who started it.
 * @param {string} message
 * @returns {never}
 */
export function stop(message) {
  console.error(message);
  process.exit(1);
}

async function checkNode() {
  const { engines } = await readJson('package.json');
  const [major = 0, minor = 0] = version(engines.node);
  const [ownMajor = 0, ownMinor = 0] = version(process.versions.node);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  stop(`Holdfast needs Node ${engines.node}; this is ${process.version}.`);
}

/** @param {string} text such as `>=20.19` */
const version = (text) => (text.match(/\d+/g) ?? []).map(Number);

/**
 * Whether `node_modules` holds what the lock file names. npm writes what it installed into a lock file of its own at
 * the very end, so an install that broke off counts as none. Times are not compared: switching branches changes them.
 */
async function isInstalled() {
  const wanted = await readJson('package-lock.json');
  const installed = await readJson('node_modules/.package-lock.json').catch(() => undefined);
  if (!installed) return false;
  return Object.entries(wanted.packages).every(([path, entry]) => {
    const present = installed.packages[path];
    // Optional packages are builds for other platforms; '' is the project itself.
    return present ? present.version === entry.version : entry.optional || path === '';
  });
}

/** @param {string} file */
async function readJson(file) {
  return JSON.parse(await readFile(join(root, file), 'utf8'));
}
