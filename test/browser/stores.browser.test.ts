import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { createSession } from '../../src/index.js';
import type { tabsStore } from '../../src/stores/tabs.js';
import type { webStore } from '../../src/stores/web.js';
import type { storeSuite } from '../../src/testing/index.js';
import type { deleteDatabase, dump } from '../support/database.js';
import { serve, type LoopbackServer } from '../support/serve.js';
import { launchBrowser } from './launch.js';
import { bundle, html } from './pages.js';

type Tokens = { accessToken: string };

/** What the pages of this test have in their global scope. */
type Holdfast = {
  createSession: typeof createSession;
  storeSuite: typeof storeSuite;
  stores: { webStore: typeof webStore; tabsStore: typeof tabsStore };
  dump: typeof dump;
  deleteDatabase: typeof deleteDatabase;
};
declare const holdfast: Holdfast;
/** The session of a page, once it has one. */
declare let session: ReturnType<typeof createSession<Tokens>> | undefined;

const ENTRY = `
  export { createSession } from './src/index.js';
  export { storeSuite } from './src/testing/index.js';
  import { tabsStore } from './src/stores/tabs.js';
  import { webStore } from './src/stores/web.js';
  export { deleteDatabase, dump } from './test/support/database.js';
  export const stores = { tabsStore, webStore };
  globalThis.session = undefined;
`;

const STORES = ['webStore', 'tabsStore'] as const;

let browser: Browser;
let server: LoopbackServer;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchBrowser();
  const script = await bundle(ENTRY, 'holdfast');
  server = await serve(async () => html(`<script>${script}</script>`));
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
});

/** A tab with a session on a store; resolves once it knows who is signed in. */
async function openTab(store: (typeof STORES)[number]): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.origin);
  await begin(page, store);
  return page;
}

function begin(page: Page, store: (typeof STORES)[number]): Promise<void> {
  return page.evaluate(async (name) => {
    session = holdfast.createSession<Tokens>({
      store: holdfast.stores[name]({ key: 'app.session' }),
      refresh: ({ accessToken }) => ({ accessToken: `${accessToken}, refreshed` }),
    });
    await session.ready;
  }, store);
}

function tokensIn(page: Page): Promise<Tokens | null | undefined> {
  return page.evaluate(() => session?.current());
}

/** Resolves once the tab has these tokens. */
async function waitForTokens(page: Page, accessToken: string | undefined): Promise<void> {
  await page.waitForFunction((wanted) => session?.current()?.accessToken === wanted, accessToken);
}

function signIn(page: Page, accessToken: string): Promise<void> {
  return page.evaluate((token) => session?.signIn({ accessToken: token }), accessToken);
}

test.each(STORES)('%s passes the suite for stores', async (name) => {
  const page = await context.newPage();
  await page.goto(server.origin);
  const outcomes = await page.evaluate(async (store) => {
    let places = 0;
    const cases = holdfast.storeSuite({
      make() {
        const key = `place ${++places}`;
        return { open: () => holdfast.stores[store]({ key }) };
      },
      patienceMs: 10_000,
    });
    const found: [string, string][] = [];
    for (const { name: itsName, run } of cases) {
      found.push([
        itsName,
        await run().then(
          () => 'passed',
          (error: Error) => error.message,
        ),
      ]);
    }
    return found;
  }, name);
  expect(outcomes.length).toBeGreaterThan(20);
  expect(outcomes.filter(([, outcome]) => outcome !== 'passed')).toEqual([]);
});

describe('tabsStore', () => {
  test('hands tokens to new tabs as long as one is open, and never writes them', async () => {
    const first = await openTab('tabsStore');
    await signIn(first, 'access-secret');
    const second = await openTab('tabsStore');
    expect(await tokensIn(second)).toEqual({ accessToken: 'access-secret' });
    await first.close();
    const third = await openTab('tabsStore');
    expect(await tokensIn(third)).toEqual({ accessToken: 'access-secret' });
    await third.evaluate(() => session?.refresh());
    await waitForTokens(second, 'access-secret, refreshed');
    await second.reload();
    await begin(second, 'tabsStore');
    expect(await tokensIn(second)).toEqual({ accessToken: 'access-secret, refreshed' });
    const stored = await second.evaluate(() => holdfast.dump());
    expect(stored).toContain('"generation"');
    expect(stored).not.toContain('secret');
  });

  test('ends the sign-in with the last tab, and a reload of the only one', async () => {
    const only = await openTab('tabsStore');
    await signIn(only, 'access-secret');
    await only.reload();
    await begin(only, 'tabsStore');
    expect(await tokensIn(only)).toBeNull();
    await signIn(only, 'another-secret');
    await only.close();
    const next = await openTab('tabsStore');
    expect(await tokensIn(next)).toBeNull();
    await signIn(next, 'third-secret');
    const beside = await openTab('tabsStore');
    expect(await tokensIn(beside)).toEqual({ accessToken: 'third-secret' });
  });

  test('hands tokens on from a tab whose process crashed', async () => {
    const first = await openTab('tabsStore');
    const second = await openTab('tabsStore');
    await signIn(first, 'access-secret');
    await waitForTokens(second, 'access-secret');
    const cdp = await context.newCDPSession(first);
    const crashed = new Promise((resolve) => first.once('crash', resolve));
    // It is never answered.
    void cdp.send('Page.crash').catch(() => {});
    await crashed;
    const third = await openTab('tabsStore');
    expect(await tokensIn(third)).toEqual({ accessToken: 'access-secret' });
    expect(await tokensIn(second)).toEqual({ accessToken: 'access-secret' });
  });

  test('signs all tabs out together', async () => {
    const first = await openTab('tabsStore');
    await signIn(first, 'access-secret');
    const second = await openTab('tabsStore');
    await second.evaluate(() => session?.signOut());
    await waitForTokens(first, undefined);
    expect(await tokensIn(first)).toBeNull();
  });
});

describe('webStore', () => {
  test('goes on when its database is deleted under it', async () => {
    const page = await openTab('webStore');
    await signIn(page, 'a');
    await page.evaluate(() => holdfast.deleteDatabase());
    await signIn(page, 'b');
    const second = await openTab('webStore');
    expect(await tokensIn(second)).toEqual({ accessToken: 'b' });
  });
});
