import { launch, type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../../scripts/find-browser.mjs';
import type { Engine } from './engine.js';
import { goOn, halt, kill, processOf } from './processes.js';
import { openTab, type Means } from './puppeteer.js';

const NO_PROCESSES = 'a process is found through /proc, and there is none';

export const firefoxLacks: Engine['lacks'] =
  process.platform === 'linux' ? {} : { crash: NO_PROCESSES, freeze: NO_PROCESSES };

const PREFERENCES = {
  'network.dns.localDomains': 'holdfast.test',
  // A tab a process, as with many sites open: by default four serve one origin.
  'dom.ipc.processCount.webIsolated': 24,
  'dom.disable_open_during_load': false,
};

export async function launchFirefox(): Promise<Engine> {
  const browser = await start({});
  let concealed: Promise<Browser> | undefined;
  const open = async (from: Browser, url: string): ReturnType<Engine['open']> =>
    openTab(await from.newPage(), url, (page) => firefoxMeans(page, from));

  return {
    name: 'firefox',
    version: (await browser.version()).replace(/^.*\//, 'Firefox '),
    lacks: firefoxLacks,
    open: (url) => open(browser, url),
    openPrivate: async (url) =>
      open(await (concealed ??= start({ 'browser.privatebrowsing.autostart': true })), url),
    async close() {
      await Promise.all([browser.close(), concealed?.then((other) => other.close())]);
    },
  };
}

async function start(preferences: Record<string, unknown>): Promise<Browser> {
  const executablePath = await findFirefox();
  if (executablePath === undefined) {
    throw new Error('No Firefox found: set FIREFOX_PATH, or run node scripts/install-browser.mjs firefox.');
  }
  return launch({
    browser: 'firefox',
    executablePath,
    extraPrefsFirefox: { ...PREFERENCES, ...preferences },
  });
}

function firefoxMeans(page: Page, browser: Browser): Means {
  let pid: Promise<number> | undefined;
  const own = (): Promise<number> =>
    (pid ??= processOf(browser.process()?.pid ?? -1, /-isForBrowser/, (busy) => page.evaluate(busy)));
  return {
    crash: async () => kill(await own()),
    freeze: async () => halt(await own()),
    thaw: async () => goOn(await own()),
  };
}
