import { access, constants, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What Chromium and its kin are called in the folders of each platform. */
const LINUX = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const MAC = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const WINDOWS = [
  'Google/Chrome/Application/chrome.exe',
  'Chromium/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];
const TESTING = 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing';
const PLAYWRIGHT = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  `chrome-mac-arm64/${TESTING}`,
  `chrome-mac-x64/${TESTING}`,
  'chrome-win/chrome.exe',
  'chrome-win64/chrome.exe',
];

/** The path of a Chromium on this machine, or nothing. `CHROMIUM_PATH` goes before all others. */
export async function findBrowser() {
  const own = process.env['CHROMIUM_PATH'];
  const candidates = own ? [own] : [...installed(), ...(await downloaded())];
  for (const path of candidates) {
    if (await canRun(path)) return path;
  }
  return undefined;
}

/** The usual places of the platform. */
function installed() {
  const { PATH = '', PROGRAMFILES = '', LOCALAPPDATA = '' } = process.env;
  switch (process.platform) {
    case 'darwin':
      return inEach(['/Applications', join(homedir(), 'Applications')], MAC);
    case 'win32':
      return inEach([PROGRAMFILES, process.env['PROGRAMFILES(X86)'] ?? '', LOCALAPPDATA], WINDOWS);
    default:
      return inEach(PATH.split(':'), LINUX);
  }
}

/** What Playwright's installer left, the newest first. */
async function downloaded() {
  const cache = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(cacheFolder(), 'ms-playwright');
  const names = await readdir(cache).catch(() => []);
  const builds = names.filter((name) => /^chromium-\d+$/.test(name)).sort((a, b) => b.localeCompare(a));
  const folders = builds.map((name) => join(cache, name));
  return inEach(folders, PLAYWRIGHT);
}

function cacheFolder() {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches');
    case 'win32':
      return process.env['LOCALAPPDATA'] ?? '';
    default:
      return process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  }
}

/**
 * @param {string[]} folders an empty one stands for a variable that is not set
 * @param {string[]} paths
 */
function inEach(folders, paths) {
  return folders.filter(Boolean).flatMap((folder) => paths.map((path) => join(folder, path)));
}

/** @param {string} path */
function canRun(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = await findBrowser();
  console.log(path ?? 'No Chromium found. Set CHROMIUM_PATH, or run node scripts/install-browser.mjs.');
  process.exitCode = path ? 0 : 1;
}
