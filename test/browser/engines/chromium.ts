import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, launchBrowser, pathOfBrowser } from '../launch.js';
import type { Engine, Tab } from './engine.js';

/** Playwright turns the cache off, since a page that comes back has no load event of its own. */
const KEPT_OUT = ['--disable-back-forward-cache'];

export const chromiumLacks: Engine['lacks'] = {};

export async function launchChromium(): Promise<Engine> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await pathOfBrowser(),
    args: [...CHROMIUM_ARGUMENTS, '--host-resolver-rules=MAP holdfast.test 127.0.0.1'],
    ignoreDefaultArgs: KEPT_OUT,
  });
  let private_: Promise<Browser> | undefined;
  const open = async (from: BrowserContext, url: string): Promise<Tab> => {
    const page = await from.newPage();
    await page.goto(url);
    return tabOf(page);
  };
  // The profile's own first tab.
  await context.pages()[0]?.close();

  return {
    name: 'chromium',
    version: `Chromium ${context.browser()?.version() ?? ''}`,
    lacks: chromiumLacks,
    open: (url) => open(context, url),
    async openPrivate(url) {
      const browser = await (private_ ??= launchBrowser());
      // A context that was made by hand is off the record, as a private window is; one for all its tabs.
      return open(browser.contexts()[0] ?? (await browser.newContext()), url);
    },
    async close() {
      await (await private_)?.close();
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function tabOf(page: Page): Promise<Tab> {
  const context = page.context();
  const protocol = await context.newCDPSession(page);
  const setLifecycle = async (state: 'frozen' | 'active'): Promise<void> => {
    await protocol.send('Page.setWebLifecycleState', { state });
  };

  return {
    evaluate: (expression) => page.evaluate(expression),
    goTo: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    async goBack() {
      // Playwright waits for a load event, and there is none for a page from the cache.
      const { currentIndex, entries } = await protocol.send('Page.getNavigationHistory');
      const arrived = new Promise((resolve) => protocol.once('Page.frameNavigated', resolve));
      await protocol.send('Page.enable');
      await protocol.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]?.id ?? -1 });
      await arrived;
    },
    async duplicate() {
      const opened = context.waitForEvent('page');
      await page.evaluate('void window.open(location.href)');
      const copy = await opened;
      await copy.waitForLoadState();
      return tabOf(copy);
    },
    close: () => page.close(),
    async crash() {
      const crashed = page.waitForEvent('crash');
      // It has no answer: who would give it is gone.
      protocol.send('Page.crash').catch(() => {});
      await crashed;
    },
    freeze: () => setLifecycle('frozen'),
    thaw: () => setLifecycle('active'),
    async setOffline(offline) {
      await protocol.send('Network.enable');
      await protocol.send('Network.emulateNetworkConditions', {
        offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1,
      }); // prettier-ignore
    },
  };
}
