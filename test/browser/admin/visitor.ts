import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core';
import { expect } from 'vitest';
import { zh } from '../../../examples/admin/src/i18n/zh.js';
import { deferred } from '../../support/deferred.js';
import type { AdminApp } from './admin-app.js';

export { zh };

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly page: Page;
  open(path: string): Promise<void>;
  signIn(username: string): Promise<void>;
  /** Fires so many requests on the storm page, and waits until all are settled. */
  fire(count: number, which: 'kill' | 'fire'): Promise<void>;
  /** The next refresh, of whichever tab, does not leave the browser until it is let go. */
  keepRefresh(): Promise<{ letGo(): void }>;
  /** How many cards on the storm page are in this state, each with the answer to its own question. */
  cards(state: string): Promise<number>;
  number(name: 'requests' | 'refreshes' | 'sends' | 'failed'): Promise<number>;
  /** @throws when the page had errors or warnings of its own. */
  leave(): Promise<void>;
}

export async function visit(
  browser: Browser,
  { origin }: AdminApp,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What the browser itself says of an answer that is not 2xx.
    const isLoad = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isLoad) complaints.push(message.text());
  });

  async function setCount(count: number): Promise<void> {
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    // Page keys go by four, arrows by one.
    for (let rest = count - 1; rest > 0; rest -= rest >= 4 ? 4 : 1) {
      await page.keyboard.press(rest >= 4 ? 'PageUp' : 'ArrowRight');
    }
    await expect.poll(() => slider.getAttribute('aria-valuenow')).toBe(String(count));
  }

  return {
    page,
    open: async (path) => void (await page.goto(origin + path)),

    async signIn(username) {
      if (!page.url().includes('/login')) await page.goto(`${origin}/login`);
      await page.getByLabel(zh.login.username).fill(username);
      await page.getByLabel(zh.login.password, { exact: true }).fill(username);
      await page.getByRole('button', { name: zh.login.submit }).click();
      await page.getByRole('button', { name: zh.session.signOut, exact: true }).waitFor();
    },

    async fire(count, which) {
      await setCount(count);
      await page.getByRole('button', { name: zh.storm[which], exact: true }).click();
      const settled = page.locator('li[data-state=answered], li[data-state=failed], li[data-state=ended]');
      await expect.poll(() => settled.count()).toBe(count);
      await page.getByRole('button', { name: zh.storm.fire, exact: true, disabled: false }).waitFor();
    },

    async keepRefresh() {
      const released = deferred();
      await context.route('**/api/auth/refresh', (route) => released.promise.then(() => route.continue()), {
        times: 1,
      });
      return { letGo: released.resolve };
    },

    async cards(state) {
      const all = await page.locator(`li[data-state=${state}]`).evaluateAll((cards) =>
        cards.map((card) => ({
          order: card.getAttribute('data-order'),
          reply: card.getAttribute('data-reply'),
        })),
      );
      return all.filter(({ order, reply }) => state !== 'answered' || order === reply).length;
    },

    async number(name) {
      return Number(await page.locator(`[data-number=${name}] dd`).textContent());
    },

    async leave() {
      await context.close();
      if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
    },
  };
}
