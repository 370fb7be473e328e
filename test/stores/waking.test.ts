import { IDBDatabase as FDBDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { webStore } from '../../src/stores/web.js';
import { fakePage, type FakePage } from './fake-page.js';
import { listenTo, nextOf, recordOf, sessionOn, STORES, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

let page: FakePage;

beforeEach(() => {
  page = fakePage();
  page.enter();
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(STORES)('a page that wakes looks again: %s', (_name, store) => {
  const WAYS: [string, () => void][] = [
    ['it comes out of the back-forward cache', () => page.tell('pageshow', true)],
    ['it becomes visible', () => page.see('visible')],
    ['it is thawed', () => page.tell('resume')],
    ['it gets the focus', () => page.tell('focus')],
    ['it is online again', () => page.tell('online')],
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
    page.tell('focus');
    expect(told).toEqual([undefined]);
    vi.advanceTimersByTime(1);
    page.tell('focus');
    expect(told).toEqual([undefined, undefined]);
  });

  it('and is told that it stood still, also after another event of that waking', () => {
    const news: unknown[] = [];
    store().subscribe?.((...heard) => news.push(heard));
    page.see('visible');
    page.tell('resume');
    page.tell('pageshow', true);
    page.tell('focus');
    expect(news).toEqual([
      [undefined, false],
      [undefined, true],
    ]);
  });

  it('again when it was hidden in between, however shortly', () => {
    const { told } = listenTo(store());
    page.see('visible');
    page.see('hidden');
    page.see('visible');
    expect(told).toEqual([undefined, undefined]);
  });

  it('also where the clock was set back meanwhile', () => {
    const { told } = listenTo(store());
    page.tell('focus');
    vi.setSystemTime(Date.now() - 3_600_000);
    page.tell('focus');
    expect(told).toEqual([undefined, undefined]);
  });

  it('but not for being loaded or hidden', () => {
    const { told } = listenTo(store());
    page.tell('pageshow', false);
    page.see('hidden');
    expect(told).toEqual([]);
  });

  it('as long as somebody listens to its store', () => {
    const one = store();
    const told: string[] = [];
    const undos = ['first', 'second'].map((name) => one.subscribe?.(() => told.push(name)));
    const listening = page.listening();
    page.tell('focus');
    undos[0]?.();
    undos[0]?.();
    expect(page.listening()).toEqual(listening);
    page.see('hidden');
    page.see('visible');
    undos[1]?.();
    page.see('hidden');
    page.see('visible');
    expect(told).toEqual(['first', 'second', 'second']);
    expect(page.listening()).toEqual([]);
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
  const adopted = nextOf(here, 'adopted');
  page.tell('resume');
  await adopted;
  expect(here.current()).toEqual({ accessToken: 'b' });
});

it('ten pages that wake together read once each', async () => {
  const stores = Array.from({ length: 10 }, () => webStore<Tokens>({ key: 'k' }));
  const sessions = stores.map((store) => sessionOn(store));
  await Promise.all(sessions.map(({ ready }) => ready));
  const reads = vi.spyOn(FDBDatabase.prototype, 'transaction');
  for (const event of ['resume', 'visibilitychange']) page.tell(event);
  for (const event of ['focus', 'online']) page.tell(event);
  for (const store of stores) await store.read();
  expect(reads).toHaveBeenCalledTimes(20); // Ten of them are those of this test.
  reads.mockRestore();
});

it('a worker has no document, and hears of the network alone', () => {
  vi.stubGlobal('document', undefined);
  const { told } = listenTo(webStore<Tokens>({ key: 'k' }));
  page.tell('online');
  expect(told).toEqual([undefined]);
});
