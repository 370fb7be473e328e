import { IDBDatabase as FDBDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tabsStore } from '../../src/stores/tabs.js';
import { webStore } from '../../src/stores/web.js';
import { listenTo, recordOf, sessionOn, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

/** A page: its window is the global object, as in a browser. */
let page: EventTarget;
let document: EventTarget & { visibilityState: DocumentVisibilityState };
let listening: Set<string>;

beforeEach(() => {
  page = new EventTarget();
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
  listening = new Set();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.stubGlobal('document', document);
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => {
    listening.add(type);
    page.addEventListener(type, listener);
  });
  vi.stubGlobal('removeEventListener', (type: string, listener: () => void) => {
    listening.delete(type);
    page.removeEventListener(type, listener);
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const show = (persisted: boolean): boolean =>
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));

function see(visibilityState: DocumentVisibilityState): void {
  document.visibilityState = visibilityState;
  document.dispatchEvent(new Event('visibilitychange'));
}

const STORES = [
  ['webStore', () => webStore<Tokens>({ key: 'app.session' })],
  ['tabsStore', () => tabsStore<Tokens>({ key: 'app.session' })],
] as const;

describe.each(STORES)('a page that wakes looks again: %s', (_name, store) => {
  const WAYS: [string, () => void][] = [
    ['it comes out of the back-forward cache', () => void show(true)],
    ['it becomes visible', () => see('visible')],
    ['it is thawed', () => void document.dispatchEvent(new Event('resume'))],
    ['it gets the focus', () => void page.dispatchEvent(new Event('focus'))],
    ['it is online again', () => void page.dispatchEvent(new Event('online'))],
  ];

  it.each(WAYS)('%s', (_what, wake) => {
    const { told } = listenTo(store());
    wake();
    expect(told).toEqual([undefined]);
  });

  it('once for all the events of one waking', () => {
    const { told } = listenTo(store());
    for (const [, wake] of WAYS) wake();
    expect(told).toEqual([undefined]);
    vi.advanceTimersByTime(999);
    page.dispatchEvent(new Event('focus'));
    expect(told).toEqual([undefined]);
    vi.advanceTimersByTime(1);
    page.dispatchEvent(new Event('focus'));
    expect(told).toEqual([undefined, undefined]);
  });

  it('and is told that it stood still, also after another event of that waking', () => {
    const news: unknown[] = [];
    store().subscribe?.((...heard) => news.push(heard));
    see('visible');
    document.dispatchEvent(new Event('resume'));
    show(true);
    page.dispatchEvent(new Event('focus'));
    expect(news).toEqual([
      [undefined, false],
      [undefined, true],
    ]);
  });

  it('again when it was hidden in between, however shortly', () => {
    const { told } = listenTo(store());
    see('visible');
    see('hidden');
    see('visible');
    expect(told).toEqual([undefined, undefined]);
  });

  it('also where the clock was set back meanwhile', () => {
    const { told } = listenTo(store());
    page.dispatchEvent(new Event('focus'));
    vi.setSystemTime(Date.now() - 3_600_000);
    page.dispatchEvent(new Event('focus'));
    expect(told).toEqual([undefined, undefined]);
  });

  it('but not for being loaded or hidden', () => {
    const { told } = listenTo(store());
    show(false);
    see('hidden');
    expect(told).toEqual([]);
  });

  it('as long as somebody listens to its store', () => {
    const one = store();
    const told: string[] = [];
    const undos = ['first', 'second'].map((name) => one.subscribe?.(() => told.push(name)));
    // The table hears of its page falling asleep for as long as there is the store.
    expect([...listening].sort()).toEqual(['focus', 'online', 'pagehide', 'pageshow']);
    page.dispatchEvent(new Event('focus'));
    undos[0]?.();
    undos[0]?.();
    see('hidden');
    see('visible');
    undos[1]?.();
    see('hidden');
    see('visible');
    expect(told).toEqual(['first', 'second', 'second']);
    expect([...listening]).toEqual(['pagehide']);
  });
});

it('what a page missed while it was frozen is adopted when it wakes', async () => {
  // A frozen page hears nothing.
  vi.stubGlobal('BroadcastChannel', undefined);
  const [here, there] = [sessionOn(webStore<Tokens>({ key: 'k' })), webStore<Tokens>({ key: 'k' })];
  await here.signIn({ accessToken: 'a' });
  const standing = await there.read();
  const next = recordOf('b', { ...standing, tokens: { accessToken: 'b' } });
  const newer = { ...next, generation: next.generation + 1 };
  expect(await there.compareAndSet(standing, newer)).toBe(true);
  expect(here.current()).toEqual({ accessToken: 'a' });
  const adopted = new Promise((resolve) => here.on('adopted', resolve));
  document.dispatchEvent(new Event('resume'));
  await adopted;
  expect(here.current()).toEqual({ accessToken: 'b' });
});

it('ten pages that wake together read once each', async () => {
  const stores = Array.from({ length: 10 }, () => webStore<Tokens>({ key: 'k' }));
  const sessions = stores.map((store) => sessionOn(store));
  await Promise.all(sessions.map(({ ready }) => ready));
  const reads = vi.spyOn(FDBDatabase.prototype, 'transaction');
  for (const event of ['resume', 'visibilitychange']) document.dispatchEvent(new Event(event));
  for (const event of ['focus', 'online']) page.dispatchEvent(new Event(event));
  for (const store of stores) await store.read();
  expect(reads).toHaveBeenCalledTimes(20); // Ten of them are those of this test.
  reads.mockRestore();
});

it('a worker has no document, and hears of the network alone', () => {
  vi.stubGlobal('document', undefined);
  const { told } = listenTo(webStore<Tokens>({ key: 'k' }));
  page.dispatchEvent(new Event('online'));
  expect(told).toEqual([undefined]);
});
