import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../../src/index.js';
import { tabsStore } from '../../src/stores/tabs.js';
import { webStore } from '../../src/stores/web.js';
import { atLeastOne } from '../support/at-least-one.js';
import { dump, plant } from '../support/database.js';
import { fakeBrowser, type FakeBrowser, type FakeTab } from './fake-tabs.js';
import {
  KEY,
  listenTo,
  nextOf,
  problemsOf,
  recordOf,
  sessionOn,
  useFreshDatabase,
  type Record,
  type Tokens,
} from './support.js';

useFreshDatabase();

const POST = `holdfast-tabs:${KEY}!tokens`;

const store = (key = KEY): ReturnType<typeof tabsStore<Tokens>> => tabsStore<Tokens>({ key });

let browser: FakeBrowser;
beforeEach(() => {
  browser = fakeBrowser();
});

/** A tab with a session in it, as soon as it knows who is signed in. */
async function tabWithSession(refresh?: () => Tokens): Promise<{ tab: FakeTab; session: Session<Tokens> }> {
  const tab = browser.openTab();
  const session = tab.run(() => sessionOn(store(), refresh && { refresh }));
  await session.ready;
  return { tab, session };
}

const offers = (): unknown[] =>
  browser.posted.filter(({ message }) => (message as { type?: string } | null)?.type === 'offer');

describe('a new tab', () => {
  it('gets the tokens from a tab that has them', async () => {
    const first = await tabWithSession();
    expect(first.session.snapshot().status).toBe('signed-out');
    await first.session.signIn({ accessToken: 'access-secret', refreshToken: 'refresh-secret' });
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({
      accessToken: 'access-secret',
      refreshToken: 'refresh-secret',
    });
    expect(second.session.snapshot()).toMatchObject({
      status: 'signed-in',
      generation: first.session.snapshot().generation,
    });
  });

  it('gets them from any that is left, after the one that signed in is gone', async () => {
    const first = await tabWithSession();
    const second = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    first.tab.die();
    const third = await tabWithSession();
    second.tab.die();
    const fourth = await tabWithSession();
    expect(third.session.current()).toEqual({ accessToken: 'a' });
    expect(fourth.session.current()).toEqual({ accessToken: 'a' });
  });

  it('is signed out where no tab is left, without waiting for one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    first.tab.die();
    const second = await tabWithSession();
    vi.useRealTimers();
    expect(second.session.snapshot()).toMatchObject({ status: 'signed-out', refreshing: false });
    expect(second.session.snapshot()).not.toHaveProperty('endedBy');
    expect(problemsOf(second.session)).toEqual([]);
  });

  it('waits a moment where nobody can tell whether one is left', async () => {
    browser = fakeBrowser({ hasLocks: false });
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({ accessToken: 'a' });
    first.tab.die();
    second.tab.die();
    const third = await tabWithSession();
    expect(third.session.snapshot().status).toBe('signed-out');
  });

  it('signs in over what is left, one epoch further', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    const before = first.session.snapshot().generation;
    first.tab.die();
    const second = await tabWithSession();
    expect(second.session.snapshot().generation).toBe(before);
    await second.session.signIn({ accessToken: 'b' });
    expect(second.session.snapshot().generation).toBeGreaterThan(before);
    const third = await tabWithSession();
    expect(third.session.current()).toEqual({ accessToken: 'b' });
  });

  it('hears late of a tab that could not answer in time', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    first.tab.freeze();
    const second = await tabWithSession();
    expect(second.session.snapshot().status).toBe('signed-out');
    const signedIn = nextOf(second.session, 'signed-in');
    first.tab.thaw();
    await signedIn;
    expect(second.session.current()).toEqual({ accessToken: 'a' });
  });
});

describe('tabs that are open', () => {
  it('sign in and out together', async () => {
    const [first, second] = [await tabWithSession(), await tabWithSession()];
    const signedIn = nextOf(second.session, 'signed-in');
    await first.session.signIn({ accessToken: 'a' });
    await signedIn;
    expect(second.session.current()).toEqual({ accessToken: 'a' });
    const ended = nextOf(first.session, 'ended');
    await second.session.signOut();
    await ended;
    expect(first.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    const third = await tabWithSession();
    expect(third.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
  });

  it('share one refresh, and one message brings its tokens', async () => {
    let refreshes = 0;
    const refresh = (): Tokens => ({ accessToken: `refreshed ${++refreshes}` });
    const dead = { accessToken: 'dead', refreshToken: 'r' };
    const first = await tabWithSession(refresh);
    await first.session.signIn(dead);
    const second = await tabWithSession(refresh);
    const before = offers().length;
    const sessions = [first.session, second.session];
    const got = await Promise.all(sessions.map((session) => session.tokens({ rejected: dead })));
    expect(got.map(({ accessToken }) => accessToken)).toEqual(['refreshed 1', 'refreshed 1']);
    expect(refreshes).toBe(1);
    expect(offers().length).toBe(before + 1);
  });

  it('give way to a sign-in in another tab', async () => {
    const [first, second] = [await tabWithSession(), await tabWithSession()];
    await first.session.signIn({ accessToken: 'a' });
    await second.session.signIn({ accessToken: 'b' });
    const third = await tabWithSession();
    expect(third.session.current()).toEqual({ accessToken: 'b' });
  });

  it('know nothing of the sessions of another key, or of a web store', async () => {
    const { tab, session } = await tabWithSession();
    await session.signIn({ accessToken: 'a' });
    expect(await tab.run(() => store('another').read())).toBeNull();
    expect(await tab.run(() => webStore<Tokens>({ key: KEY }).read())).toBeNull();
    expect(await tab.run(() => webStore<Tokens>({ key: `tabs,${KEY}` }).read())).toBeNull();
  });
});

describe('a tab that slept', () => {
  it('asks for the tokens it missed when it wakes', async () => {
    const [first, second] = [await tabWithSession(), await tabWithSession()];
    await first.session.signIn({ accessToken: 'a', refreshToken: 'r' });
    second.tab.freeze();
    await first.session.refresh();
    const adopted = nextOf(second.session, 'adopted');
    second.tab.thaw();
    await adopted;
    expect(second.session.current()).toEqual(first.session.current());
  });

  it('has what was posted to it meanwhile, though whoever posted it is gone', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a', refreshToken: 'r' });
    const second = await tabWithSession();
    first.tab.freeze();
    const renewed = await second.session.refresh();
    second.tab.die();
    const third = await tabWithSession();
    expect(third.session.snapshot().status).toBe('signed-out');
    const signedIn = nextOf(third.session, 'signed-in');
    first.tab.thaw();
    await signedIn;
    expect(third.session.current()).toEqual(renewed);
  });

  it('is signed out where all the others are gone, and what they posted is lost', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a', refreshToken: 'r' });
    const second = await tabWithSession();
    first.tab.freeze('deaf');
    await second.session.refresh();
    second.tab.die();
    first.tab.thaw();
    const ended = nextOf(first.session, 'ended');
    const stale = await first.session
      .tokens({ rejected: { accessToken: 'a', refreshToken: 'r' } })
      .catch((error: unknown) => error);
    expect(stale).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    await ended;
    const before = first.session.snapshot().generation;
    await first.session.signIn({ accessToken: 'b' });
    expect(first.session.snapshot().generation).toBeGreaterThan(before);
  });
});

describe('what is stored', () => {
  it('never holds a token, whatever happens', async () => {
    const secret = { accessToken: 'access-secret', refreshToken: 'refresh-secret' };
    const found: string[] = [];
    const first = await tabWithSession(() => ({ accessToken: 'second-secret' }));
    await first.session.signIn(secret);
    found.push(await dump());
    await first.session.refresh();
    found.push(await dump());
    const second = await tabWithSession(() => {
      throw new Error('reset');
    });
    await expect(second.session.refresh()).rejects.toMatchObject({ code: 'refresh-failed' });
    found.push(await dump());
    await second.session.signIn({ accessToken: 'third-secret' });
    found.push(await dump());
    await second.session.signOut();
    found.push(await dump());
    for (const text of atLeastOne(found)) {
      expect(text).toContain('"generation"');
      expect(text).not.toContain('secret');
    }
  });

  it('is the record without its tokens, and which write brought them', async () => {
    const { session } = await tabWithSession();
    await session.signIn({ accessToken: 'a' });
    const [keys, values] = JSON.parse(await dump()) as [unknown, unknown[]];
    expect(keys).toEqual([['tabs', KEY]]);
    const { generation } = session.snapshot();
    expect(values).toEqual([
      {
        format: 1,
        id: expect.stringMatching(/^[\da-f]{32}$/),
        record: {
          tokens: null,
          generation,
          epoch: generation,
          fence: 0,
          claim: null,
          requestedAt: expect.any(Number),
        },
      },
    ]);
  });

  const right = { format: 1, id: 'a'.repeat(32), record: { ...recordOf('a'), tokens: null } };
  const GARBAGE: [string, unknown][] = [
    ['a string', 'tokens'],
    ['null', null],
    ['a row of another format', { ...right, format: 2 }],
    ['a row without a record', { ...right, record: undefined }],
    ['a record with tokens in it', { ...right, record: recordOf('a') }],
    ['a record that is none', { ...right, record: { ...right.record, generation: '1' } }],
    ['no word of its write', { ...right, id: undefined }],
    ['a write that is a number', { ...right, id: 7 }],
    ['a write of another shape', { ...right, id: 'a'.repeat(31) }],
  ];

  it.each(GARBAGE)('counts as signed out where it is %s, and a sign-in over it works', async (_, garbage) => {
    await plant(['tabs', KEY], garbage);
    const { session } = await tabWithSession();
    expect(session.snapshot().status).toBe('signed-out');
    expect(problemsOf(session)).toEqual([expect.stringMatching(/not a record/)]);
    await session.signIn({ accessToken: 'mine' });
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({ accessToken: 'mine' });
    expect(problemsOf(second.session)).toEqual([]);
  });
});

describe('what comes by post', () => {
  const write = { epoch: 1, generation: 1, id: 'a'.repeat(32) };
  const offer = { format: 1, type: 'offer', write, tokens: { accessToken: 'forged' } };
  const FOREIGN: [string, unknown][] = [
    ['null', null],
    ['a word', 'offer'],
    ['a number', 7],
    ['an array', [offer]],
    ['another format', { ...offer, format: 2 }],
    ['no format', { ...offer, format: undefined }],
    ['another type', { ...offer, type: 'sign-out' }],
    ['no write', { ...offer, write: null }],
    ['a write that is a word', { ...offer, write: 'a'.repeat(32) }],
    ['a write without epoch', { ...offer, write: { ...write, epoch: undefined } }],
    ['half a generation', { ...offer, write: { ...write, generation: 0.5 } }],
    ['an id of another shape', { ...offer, write: { ...write, id: '__proto__' } }],
    ['an offer without tokens', { ...offer, tokens: undefined }],
    ['an offer of nothing', { ...offer, tokens: null }],
    ['a question for what nobody has', { format: 1, type: 'ask', write }],
    ['a question without a write', { format: 1, type: 'ask' }],
  ];

  it('is ignored unless it has the right shape, and never throws', async () => {
    const { session } = await tabWithSession();
    await session.signIn({ accessToken: 'a' });
    const before = browser.posted.length;
    for (const [, message] of FOREIGN) browser.post(POST, message);
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({ accessToken: 'a' });
    const said = browser.posted.slice(before + FOREIGN.length).map(({ message }) => message);
    expect(said).toMatchObject([{ type: 'ask' }, { type: 'offer', tokens: { accessToken: 'a' } }]);
  });

  it.each(FOREIGN)('does not answer a read that waits: %s', async (_what, message) => {
    await plant(['tabs', KEY], { format: 1, id: write.id, record: { ...recordOf('a'), tokens: null } });
    const tab = browser.openTab();
    // Somebody holds the lock, and says nothing.
    tab.run(
      () =>
        void navigator.locks.request(`holdfast-tabs:${KEY}!1.1.${write.id}`, {}, () => new Promise(() => {})),
    );
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const one = browser.openTab().run(() => store());
    const read = Promise.resolve(one.read());
    while (!browser.posted.some(({ message: posted }) => (posted as { type?: string })?.type === 'ask')) {
      await new Promise((resolve) => void setImmediate(resolve));
    }
    browser.post(POST, message);
    await new Promise((resolve) => void setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await read).toEqual({ ...recordOf('a'), tokens: null });
    vi.useRealTimers();
  });

  it('never replaces tokens that are there, nor brings older ones back', async () => {
    const { session, tab } = await tabWithSession();
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    const first = offers().at(-1) as { message: typeof offer };
    await session.refresh();
    const second = offers().at(-1) as { message: typeof offer };
    browser.post(POST, { ...second.message, tokens: { accessToken: 'forged' } });
    browser.post(POST, first.message);
    await session.refresh();
    browser.post(POST, first.message);
    browser.post(POST, second.message);
    const one = tab.run(() => store());
    expect(await one.read()).toMatchObject({ tokens: session.current() });
    expect(session.current()).toEqual({ accessToken: 'refreshed', refreshToken: 'r' });
  });
});

describe('writing', () => {
  const first = recordOf('a');

  it('keeps what a record brings, also where it breaks the rule of one kind of tokens a generation', async () => {
    const [here, there] = [browser.openTab().run(() => store()), browser.openTab().run(() => store())];
    await here.compareAndSet(null, first);
    expect(await there.read()).toEqual(first);
    const claim: Record = { ...first, fence: 1, tokens: { accessToken: 'b' } };
    expect(await here.compareAndSet(first, claim)).toBe(true);
    expect(await there.read()).toEqual(claim);
    expect(await there.compareAndSet(claim, { ...first, fence: 2 })).toBe(true);
    expect([await here.read(), await there.read()]).toEqual([
      { ...first, fence: 2 },
      { ...first, fence: 2 },
    ]);
  });

  it('loses where somebody writes between its look and its write', async () => {
    const [here, there] = [browser.openTab().run(() => store()), browser.openTab().run(() => store())];
    await here.compareAndSet(null, first);
    const [one, other] = [recordOf('b', { generation: 2 }), recordOf('c', { generation: 2 })];
    const wins = await Promise.all([
      here.compareAndSet(first, one),
      there.compareAndSet(first, other),
    ] as Promise<boolean>[]);
    expect(wins.filter(Boolean)).toHaveLength(1);
    const winner = wins[0] ? one : other;
    expect([await here.read(), await there.read()]).toEqual([winner, winner]);
  });

  it('rejects tokens that cannot be copied, and stays as it was', async () => {
    const one = browser.openTab().run(() => tabsStore<unknown>({ key: KEY }));
    const record = { ...first, tokens: { accessToken: 'a', renew: () => {} } };
    await expect(one.compareAndSet(null, record)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await one.read()).toBeNull();
  });

  it('keeps tokens of any kind that can be copied', async () => {
    const stores = [browser.openTab(), browser.openTab()].map((tab) =>
      tab.run(() => tabsStore<unknown>({ key: KEY })),
    );
    const readAll = (): Promise<unknown[]> => Promise.all(stores.map((one) => one.read()));
    const tokens = { when: new Date(5), scopes: new Map([['a', new Set([1])]]) };
    const record = { ...first, tokens };
    await stores[0]?.compareAndSet(null, record);
    expect(await readAll()).toEqual([record, record]);
    await stores[1]?.compareAndSet(record, { ...record, fence: 1 });
    const claimed = { ...record, fence: 1 };
    expect(await readAll()).toEqual([claimed, claimed]);
    const text = { ...recordOf('a', { generation: 2, fence: 1 }), tokens: 'a-token-in-plain' };
    expect(await stores[0]?.compareAndSet({ ...record, fence: 1 }, text)).toBe(true);
    expect(await readAll()).toEqual([text, text]);
  });
});

describe('where something is missing', () => {
  it.each([
    ['IndexedDB', () => vi.stubGlobal('indexedDB', undefined)],
    ['BroadcastChannel', () => vi.stubGlobal('BroadcastChannel', undefined)],
  ])('the session is kept for its page alone, and it says so once: no %s', async (what, remove) => {
    remove();
    const one = store();
    const [session, beside] = [sessionOn(one), sessionOn(one)];
    await session.ready;
    expect(session.snapshot().status).toBe('signed-out');
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    expect((await session.refresh()).accessToken).toBe('refreshed');
    expect(beside.current()).toEqual(session.current());
    expect(problemsOf(session)).toEqual([expect.stringContaining(`${what} cannot be used here`)]);
    await session.signOut();
    expect(session.current()).toBeNull();
  });

  it('a store declares no `exclusive` without Web Locks, and one for each claim with them', async () => {
    vi.stubGlobal('navigator', {});
    expect(store()).not.toHaveProperty('exclusive');
    const requested: string[] = [];
    const request = (name: string, _options: object, task: () => unknown): unknown => {
      requested.push(name);
      return task();
    };
    vi.stubGlobal('navigator', { locks: { request } });
    const { signal } = new AbortController();
    expect(await store().exclusive?.(7, () => Promise.resolve('done'), { signal })).toBe('done');
    expect(requested).toEqual([`holdfast-tabs:${KEY}#7`]);
  });

  it('a key that is none is refused', () => {
    for (const key of ['', undefined, 7]) {
      expect(() => tabsStore({ key: key as string })).toThrow(/tabsStore\(\{ key \}\): expected a name/);
    }
  });
});

describe('the real BroadcastChannel of Node', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', {});
  });

  it('carries tokens between stores, and hints with them', async () => {
    const [here, there] = [store('real'), store('real')];
    const { next: hint } = listenTo(there);
    listenTo(here);
    await there.read();
    const heard = hint();
    const record = recordOf('a', { claim: { fence: 3, claimedAt: 1, until: 2, locked: false }, lostAt: 5 });
    expect(await here.compareAndSet(null, record)).toBe(true);
    await heard;
    expect(await there.read()).toEqual(record);
    expect(await store('real').read()).toEqual(record);
  });
});
