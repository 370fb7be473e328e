import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { tabsStore } from '../../src/stores/tabs.js';
import { webStore } from '../../src/stores/web.js';
import { fakePage, type FakePage } from './fake-page.js';
import { fakeBrowser, type FakeBrowser, type FakeTab } from './fake-tabs.js';
import { KEY, recordOf, sessionOn, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

const WAKING = ['focus', 'online', 'pageshow', 'resume', 'visibilitychange'];
const STANDSTILL = ['freeze', 'pagehide', 'pageshow', 'resume'];
const ALL = [...WAKING, ...STANDSTILL].sort();

let page: FakePage;
let browser: FakeBrowser;
let tab: FakeTab;

beforeEach(() => {
  page = fakePage();
  page.enter();
  browser = fakeBrowser();
  tab = browser.openTab();
  tab.run(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Case = {
  readonly make: () => TokenStore<Tokens>;
  /** Open while somebody subscribes. */
  readonly channels: readonly string[];
  /** Open as long as there are tokens that another tab may ask for. */
  readonly keeps: readonly string[];
};

const WEB: Case = { make: () => webStore({ key: KEY }), channels: [`holdfast:${KEY}`], keeps: [] };
const POST = `holdfast-tabs:${KEY}!tokens`;
const TABS: Case = {
  make: () => tabsStore({ key: KEY }),
  channels: [`holdfast-tabs:${KEY}`, POST],
  keeps: [POST],
};

/** What a store that is in use nowhere leaves of itself. */
const left = (): unknown => [page.listening(), browser.channels()];
const NOTHING = [[], []];

const first = recordOf('a');
const ended = recordOf('a', { tokens: null, generation: 2 });

describe.each([
  ['webStore', WEB],
  ['tabsStore', TABS],
])('%s', (_name, { make, channels, keeps }) => {
  it('listens to nothing, opens nothing and waits for nothing before it is used', async () => {
    vi.useFakeTimers();
    const open = vi.spyOn(indexedDB, 'open');
    make();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([page.added(), browser.made(), vi.getTimerCount()]).toEqual([0, 0, 0]);
    expect(open).not.toHaveBeenCalled();
    expect(await navigator.locks.query()).toEqual({ held: [], pending: [] });
  });

  it('leaves nothing behind where it is read and empty', async () => {
    expect(await make().read()).toBeNull();
    expect(left()).toEqual(NOTHING);
  });

  it('listens during an operation, and no longer', async () => {
    const store = make();
    const written = store.compareAndSet(null, first);
    expect(page.listening()).toEqual(STANDSTILL);
    expect(await written).toBe(true);
    expect(left()).toEqual([[], keeps]);
    expect(await store.compareAndSet(first, ended)).toBe(true);
    expect(left()).toEqual(NOTHING);
  });

  it('stops listening also when an operation fails', async () => {
    const store = make();
    await store.read();
    const unwritable = { ...first, tokens: { accessToken: 'a', renew: () => {} } };
    await expect(store.compareAndSet(null, unwritable)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(left()).toEqual(NOTHING);
  });

  it('listens for as long as somebody subscribes', async () => {
    const store = make();
    const undos = [store.subscribe?.(() => {}), store.subscribe?.(() => {})];
    expect([page.listening(), browser.channels()]).toEqual([ALL, channels]);
    undos[0]?.();
    undos[0]?.();
    expect([page.listening(), browser.channels()]).toEqual([ALL, channels]);
    undos[1]?.();
    expect(left()).toEqual(NOTHING);
    const again = store.subscribe?.(() => {});
    expect([page.listening(), browser.channels()]).toEqual([ALL, channels]);
    again?.();
    expect(left()).toEqual(NOTHING);
  });

  it('is let go of by a session that is closed', async () => {
    const session = sessionOn(make());
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    await session.refresh();
    await session.signOut();
    expect([page.listening(), browser.channels()]).toEqual([ALL, channels]);
    session.close();
    // The session may still be reading.
    await expect.poll(left).toEqual(NOTHING);
  });

  it('listens on for an operation that a standstill holds up, though nobody subscribes any more', async () => {
    const store = make();
    const undo = store.subscribe?.(() => {});
    page.tell('freeze');
    const read = store.read();
    undo?.();
    // The read is to begin once the page goes on, and not before.
    const get = vi.spyOn(IDBObjectStore.prototype, 'get');
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => void setImmediate(resolve));
    expect(get).not.toHaveBeenCalled();
    page.tell('resume');
    expect(await read).toBeNull();
    expect(left()).toEqual(NOTHING);
  });

  it('is not asleep for ever where nobody listened to the page when it woke', async () => {
    const store = make();
    const undo = store.subscribe?.(() => {});
    page.tell('freeze');
    undo?.();
    page.tell('resume');
    expect(await store.read()).toBeNull();
  });
});

it('a tab keeps its mail open for tokens that another may ask for, though its session is closed', async () => {
  const session = sessionOn(TABS.make());
  await session.signIn({ accessToken: 'a' });
  session.close();
  await expect.poll(left).toEqual([[], [POST]]);
  const other = browser.openTab().run(() => sessionOn(TABS.make()));
  await other.ready;
  expect(other.current()).toEqual({ accessToken: 'a' });
});

it('where there is no IndexedDB, a store leaves nothing behind either', async () => {
  vi.stubGlobal('indexedDB', undefined);
  for (const { make } of [WEB, TABS]) {
    const session = sessionOn(make());
    await session.signIn({ accessToken: 'a' });
    session.close();
    // The session may still be reading.
    await expect.poll(left).toEqual(NOTHING);
  }
});
