import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { tabsStore } from '../../src/stores/tabs.js';
import { webStore } from '../../src/stores/web.js';
import {
  storeSuite,
  type StoreSuiteExtra,
  type StoreSuitePlace,
  type StoreSuiteTokens,
} from '../../src/testing/index.js';
import { fakeLocks } from './fake-locks.js';

/** Where there are Web Locks: each handle is another tab. */
const withLocks = (): void => {
  const origin = fakeLocks();
  vi.stubGlobal('navigator', {
    get locks() {
      return origin.tab();
    },
  });
};
const withoutLocks = (): void => void vi.stubGlobal('navigator', {});
const withoutDatabase = (): void => {
  vi.stubGlobal('indexedDB', undefined);
  vi.stubGlobal('navigator', {});
};

let places = 0;

const inMemory = (): StoreSuitePlace => {
  const store = memoryStore<StoreSuiteTokens>();
  return { open: () => store };
};

const inWeb = (): StoreSuitePlace => {
  const key = `place ${++places}`;
  return { open: () => webStore({ key }) };
};

const inTabs = (): StoreSuitePlace => {
  const key = `place ${++places}`;
  return { open: () => tabsStore({ key }) };
};

/** Without a database a store is for its own page, so that the sessions of that page share one object. */
const inOneWeb = (): StoreSuitePlace => {
  const store = webStore<StoreSuiteTokens>({ key: `place ${++places}` });
  return { open: () => store };
};

const inOneTab = (): StoreSuitePlace => {
  const store = tabsStore<StoreSuiteTokens>({ key: `place ${++places}` });
  return { open: () => store };
};
const withoutChannel = (): void => {
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('navigator', {});
};

const STORES: [string, () => StoreSuitePlace, platform: () => void, ...without: StoreSuiteExtra[]][] = [
  ['memoryStore', inMemory, withoutLocks, 'exclusive'],
  ['webStore', inWeb, withLocks],
  ['webStore without Web Locks', inWeb, withoutLocks, 'exclusive'],
  ['webStore without IndexedDB', inOneWeb, withoutDatabase, 'exclusive'],
  ['tabsStore', inTabs, withLocks],
  ['tabsStore without Web Locks', inTabs, withoutLocks, 'exclusive'],
  ['tabsStore without IndexedDB', inOneTab, withoutDatabase, 'exclusive'],
  ['tabsStore without BroadcastChannel', inOneTab, withoutChannel, 'exclusive'],
];

describe.each(STORES)('%s', (_name, make, prepare, ...without) => {
  beforeEach(() => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    prepare();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each(storeSuite({ make, without }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
