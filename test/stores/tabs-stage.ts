import { beforeEach } from 'vitest';
import type { Session } from '../../src/index.js';
import { tabsStore } from '../../src/stores/tabs.js';
import { fakeBrowser, type FakeBrowser, type FakeTab } from './fake-tabs.js';
import { KEY, sessionOn, useFreshDatabase, type Tokens } from './support.js';

/** The channel on which tokens travel. */
export const POST = `holdfast-tabs:${KEY}!tokens`;

/** Of the test that runs. A live binding: each test file has this module for itself. */
export let browser: FakeBrowser;

/** A browser with a database of its own for each test. */
export function useTabs(): void {
  useFreshDatabase();
  beforeEach(() => startBrowser());
}

export function startBrowser(options?: Parameters<typeof fakeBrowser>[0]): void {
  browser = fakeBrowser(options);
}

export function store(key = KEY): ReturnType<typeof tabsStore<Tokens>> {
  return tabsStore<Tokens>({ key });
}

/** A tab with a session in it, as soon as it knows who is signed in. */
export async function tabWithSession(
  refresh?: () => Tokens,
): Promise<{ tab: FakeTab; session: Session<Tokens> }> {
  const tab = browser.openTab();
  const session = tab.run(() => sessionOn(store(), refresh && { refresh }));
  await session.ready;
  return { tab, session };
}

export function offers(): unknown[] {
  return browser.posted.filter(({ message }) => (message as { type?: string } | null)?.type === 'offer');
}
