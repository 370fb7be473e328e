import { launch, type Browser, type BrowserContext, type Page } from 'puppeteer-core';
import { CHROMIUM_ARGUMENTS, pathOfBrowser } from '../launch.js';
import type { Engine } from './engine.js';
import { openTab, type Means } from './puppeteer.js';

export const chromiumLacks: Engine['lacks'] = {};

/**
 * By Puppeteer, where the other browser tests use Playwright: that makes every tab believe it is in front, and a tab
 * in front cannot be frozen.
 */
export async function launchChromium(): Promise<Engine> {
  const browser = await launch({
    executablePath: await pathOfBrowser(),
    args: [...CHROMIUM_ARGUMENTS, '--host-resolver-rules=MAP holdfast.test 127.0.0.1'],
  });
  // The tab that a profile begins with: in front whenever another is to be frozen.
  const [front = await browser.newPage()] = await browser.pages();
  let concealed: Promise<BrowserContext> | undefined;
  const means = (page: Page): Means => chromiumMeans(page, front);

  return {
    name: 'chromium',
    version: await versionOf(browser),
    lacks: chromiumLacks,
    open: async (url) => openTab(await browser.newPage(), url, means),
    async openPrivate(url) {
      // Contexts that are made by hand are off the record, as private windows are.
      const context = await (concealed ??= browser.createBrowserContext());
      return openTab(await context.newPage(), url, means);
    },
    close: () => browser.close(),
  };
}

async function versionOf(browser: Browser): Promise<string> {
  return (await browser.version()).replace(/^.*\//, 'Chromium ');
}

function chromiumMeans(page: Page, front: Page): Means {
  const protocol = page.createCDPSession();
  async function setLifecycle(state: 'frozen' | 'active'): Promise<void> {
    await (await protocol).send('Page.setWebLifecycleState', { state });
  }
  return {
    async crash() {
      const crashed = new Promise((resolve) => page.once('error', resolve));
      // It has no answer: who would give it is gone.
      (await protocol).send('Page.crash').catch(() => {});
      await crashed;
      await page.close();
    },
    async freeze() {
      await front.bringToFront();
      await setLifecycle('frozen');
    },
    thaw: () => setLifecycle('active'),
  };
}
