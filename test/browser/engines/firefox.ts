import { launch, type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../../scripts/find-engines.mjs';
import type { Engine, Tab } from './engine.js';
import { goOn, halt, kill, processOf } from './processes.js';

const PREFERENCES = {
  'network.dns.localDomains': 'holdfast.test',
  // A tab a process, as with many sites open: by default four serve one origin.
  'dom.ipc.processCount.webIsolated': 24,
  'dom.disable_open_during_load': false,
};

export const firefoxLacks: Engine['lacks'] =
  process.platform === 'linux' ? {} : { process: 'a process is found through /proc, and there is none' };

export async function launchFirefox(): Promise<Engine> {
  const browser = await start({});
  let private_: Promise<Browser> | undefined;

  return {
    name: 'firefox',
    version: (await browser.version()).replace('firefox/', 'Firefox '),
    lacks: firefoxLacks,
    open: (url) => open(browser, url),
    openPrivate: async (url) =>
      open(await (private_ ??= start({ 'browser.privatebrowsing.autostart': true })), url),
    async close() {
      await Promise.all([browser.close(), private_?.then((other) => other.close())]);
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

async function open(browser: Browser, url: string): Promise<Tab> {
  const page = await browser.newPage();
  await page.goto(url);
  return tabOf(browser, page);
}

function tabOf(browser: Browser, page: Page): Tab {
  let pid: number | undefined;
  const own = async (): Promise<number> =>
    (pid ??= await processOf(browser.process()?.pid ?? -1, (expression) => page.evaluate(expression)));

  return {
    evaluate: (expression) => page.evaluate(expression) as Promise<never>,
    goTo: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    goBack: async () => void (await page.goBack()),
    async duplicate() {
      const opened = new Promise<Page | null>((resolve) => page.once('popup', resolve));
      await page.evaluate('void window.open(location.href)');
      const copy = await opened;
      if (!copy) throw new Error('expected a copy of the tab');
      await copy.waitForFunction('document.readyState === "complete"');
      return tabOf(browser, copy);
    },
    close: () => page.close(),
    crash: async () => kill(await own()),
    freeze: async () => halt(await own()),
    thaw: async () => goOn(await own()),
    setOffline: (offline) => page.setOfflineMode(offline),
  };
}
