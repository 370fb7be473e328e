import type { Page } from 'puppeteer-core';
import type { Tab } from './engine.js';
import { waitFor } from './wait-for.js';

/** What each browser does in its own way. */
export type Means = Pick<Tab, 'crash' | 'freeze' | 'thaw'>;

export async function openTab(page: Page, url: string, means: (page: Page) => Means): Promise<Tab> {
  await page.goto(url);
  return tabOf(page, means);
}

function tabOf(page: Page, means: (page: Page) => Means): Tab {
  return {
    ...means(page),
    evaluate: (expression) => page.evaluate(expression) as Promise<never>,
    goTo: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    async goBack() {
      const left = await page.evaluate('location.href');
      // What waits for the load event of a page from the cache waits for ever.
      await page.evaluate('void history.back()');
      await waitFor('the page before', async () => {
        const now = await page.evaluate('[location.href, document.readyState]').catch(() => undefined);
        const [href, state] = (now ?? []) as string[];
        // On the way there may be an empty document.
        return href?.startsWith('http') && href !== left && state === 'complete';
      });
    },
    async duplicate() {
      const opened = new Promise<Page | null>((resolve) => page.once('popup', resolve));
      await page.evaluate('void window.open(location.href)');
      const copy = await opened;
      if (!copy) throw new Error('expected a copy of the tab');
      await copy.waitForFunction('document.readyState === "complete"');
      return tabOf(copy, means);
    },
    close: () => page.close(),
    setOffline: (offline) => page.setOfflineMode(offline),
  };
}
