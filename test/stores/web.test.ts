import { IDBObjectStore, IDBTransaction } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { webStore } from '../../src/stores/web.js';
import { openDatabase, plant } from '../support/database.js';
import {
  listenTo,
  nextOf,
  problemsOf,
  recordOf,
  refreshAtOnce,
  sessionOn,
  useFreshDatabase,
  type Record,
  type Tokens,
} from './support.js';

useFreshDatabase();

const store = (key = 'app.session'): ReturnType<typeof webStore<Tokens>> => webStore<Tokens>({ key });

describe('the record in IndexedDB', () => {
  it('is null before the first sign-in, and read back whole', async () => {
    const one = store();
    expect(await one.read()).toBeNull();
    const record = recordOf('a', { claim: { fence: 3, claimedAt: 1, until: 2, locked: false }, lostAt: 5 });
    expect(await one.compareAndSet(null, record)).toBe(true);
    expect(await one.read()).toEqual(record);
    expect(await store().read()).toEqual(record);
    expect(await store('another.session').read()).toBeNull();
  });

  it('is replaced only while generation and fence are the expected ones', async () => {
    const one = store();
    const first = recordOf('a');
    const next = recordOf('b', { generation: 2 });
    expect(await one.compareAndSet(first, next)).toBe(false);
    expect(await one.compareAndSet(null, first)).toBe(true);
    expect(await one.compareAndSet(null, next)).toBe(false);
    expect(await one.compareAndSet(recordOf('a', { fence: 1 }), next)).toBe(false);
    expect(await one.compareAndSet(recordOf('a', { generation: 7 }), next)).toBe(false);
    expect(await one.compareAndSet(first, next)).toBe(true);
    expect(await one.read()).toEqual(next);
  });

  it('has one winner among two stores that write at once', async () => {
    const [here, there] = [store(), store()];
    let standing: Record | null = null;
    for (let generation = 1; generation <= 20; generation++) {
      const next = [recordOf('here', { generation }), recordOf('there', { generation })] as const;
      const wins: boolean[] = await Promise.all([
        here.compareAndSet(standing, next[0]),
        there.compareAndSet(standing, next[1]),
      ]);
      expect(wins.filter(Boolean)).toHaveLength(1);
      standing = await here.read();
      expect(standing).toEqual(wins[0] ? next[0] : next[1]);
    }
  });

  it('counts as written only once its transaction is complete: a put that succeeded may still be undone', async () => {
    const one = store();
    await one.compareAndSet(null, recordOf('a'));
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(() => {});
    const realPut = IDBObjectStore.prototype.put;
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...values: unknown[]
    ) {
      const request = realPut.apply(this, values as Parameters<typeof realPut>);
      // As a browser does when the disk turns out to be full.
      request.addEventListener('success', () => this.transaction.abort());
      return request;
    } as typeof realPut);
    await expect(one.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }))).rejects.toThrow(
      'aborted',
    );
    put.mockRestore();
    commit.mockRestore();
    expect(await one.read()).toEqual(recordOf('a'));
  });

  it('rejects tokens that cannot be copied, and stays as it was', async () => {
    const one = webStore<unknown>({ key: 'app.session' });
    const record = { ...recordOf('a'), tokens: { accessToken: 'a', renew: () => {} } };
    await expect(one.compareAndSet(null, record)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await one.read()).toBeNull();
  });

  it('refuses a key that is none', () => {
    for (const key of ['', undefined, 7])
      expect(() => webStore({ key: key as string })).toThrow(/webStore\(\{ key \}\): expected a name/);
  });
});

describe('storage-garbage', () => {
  const right = recordOf('a');
  const GARBAGE: [string, unknown][] = [
    ['a string', 'tokens'],
    ['a number', 7],
    ['null', null],
    ['an array', [right]],
    ['a record without its wrapping', right],
    ['a record of another format', { format: 2, record: right }],
    ['no record', { format: 1 }],
    ['a string for a record', { format: 1, record: JSON.stringify(right) }],
    ['a record without tokens', { format: 1, record: { ...right, tokens: undefined } }],
    ['a generation that is no number', { format: 1, record: { ...right, generation: '1' } }],
    ['a generation that is NaN', { format: 1, record: { ...right, generation: NaN } }],
    ['half an epoch', { format: 1, record: { ...right, epoch: 1.5 } }],
    ['no fence', { format: 1, record: { ...right, fence: undefined } }],
    ['a requestedAt that never was', { format: 1, record: { ...right, requestedAt: Infinity } }],
    ['a claim that is a word', { format: 1, record: { ...right, claim: 'refresh' } }],
    ['a claim without an end', { format: 1, record: { ...right, claim: { fence: 1, claimedAt: 1 } } }],
    ['a lostAt that is a word', { format: 1, record: { ...right, lostAt: 'now' } }],
    ['a date', new Date(0)],
    ['bytes', Uint8Array.of(1, 2, 3)],
  ];

  it.each(GARBAGE)('counts as signed out, and a sign-in over it works: %s', async (_, garbage) => {
    await plant('app.session', garbage);
    const session = sessionOn(store());
    await session.ready;
    expect(session.snapshot().status).toBe('signed-out');
    expect(session.current()).toBeNull();
    expect(problemsOf(session)).toEqual([expect.stringMatching(/not a record/)]);

    await session.signIn({ accessToken: 'mine' });
    expect(session.snapshot().status).toBe('signed-in');
    const another = sessionOn(store());
    await another.ready;
    expect(another.current()).toEqual({ accessToken: 'mine' });
    expect(problemsOf(session)).toHaveLength(1);
    expect(problemsOf(another)).toEqual([]);
  });

  it('keeps what it does not know out of the event', async () => {
    await plant('app.session', { stolen: 'secret-token' });
    const session = sessionOn(store());
    await session.ready;
    expect(JSON.stringify(session.history())).not.toContain('secret-token');
  });
});

describe('hints', () => {
  it('reach the other stores of the key, and those alone', async () => {
    const [here, there, elsewhere] = [store(), store(), store('another.session')];
    const [mine, theirs, others] = [here, there, elsewhere].map(listenTo);
    const heard = theirs?.next();
    await here.compareAndSet(null, recordOf('a'));
    await heard;
    expect([mine?.told, theirs?.told, others?.told]).toEqual([[], [undefined], []]);
  });

  it('reach other sessions on the same store', async () => {
    const one = store();
    const [first, second] = [listenTo(one), listenTo(one)];
    await one.compareAndSet(null, recordOf('a'));
    expect([first.told, second.told]).toEqual([[undefined], [undefined]]);
  });

  it('are not given for a write that lost', async () => {
    const one = store();
    const [first, second] = [listenTo(one), listenTo(one)];
    await one.compareAndSet(recordOf('a'), recordOf('b'));
    expect([first.told, second.told]).toEqual([[], []]);
  });

  it('stop when nobody listens any more, and begin again', async () => {
    const [here, there] = [store(), store()];
    const undo = there.subscribe?.(() => expect.unreachable());
    undo?.();
    undo?.();
    await here.compareAndSet(null, recordOf('a'));
    const { next } = listenTo(there);
    listenTo(here);
    const heard = next();
    await here.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }));
    await heard;
  });

  it.each([
    ['there is none', undefined],
    [
      'it may not be had',
      function BroadcastChannel() {
        throw new DOMException('no', 'SecurityError');
      },
    ],
  ])('are missing where BroadcastChannel is: %s', async (_, channel) => {
    vi.stubGlobal('BroadcastChannel', channel);
    const session = sessionOn(store());
    await session.signIn({ accessToken: 'a' });
    expect(await store().read()).toMatchObject({ tokens: { accessToken: 'a' } });
    expect(problemsOf(session)).toEqual([]);
  });
});

describe('two sessions on one key, as two tabs have them', () => {
  it('sign in and out together', async () => {
    const [here, there] = [sessionOn(store()), sessionOn(store())];
    await Promise.all([here.ready, there.ready]);
    const signedIn = nextOf(there, 'signed-in');
    await here.signIn({ accessToken: 'a' });
    await signedIn;
    expect(there.current()).toEqual({ accessToken: 'a' });
    const ended = nextOf(here, 'ended');
    await there.signOut();
    await ended;
    expect(here.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
  });

  it('share one refresh', async () => {
    expect(await refreshAtOnce(store)).toEqual({ got: ['refreshed 1', 'refreshed 1'], refreshes: 1 });
  });

  it('ready: a session begins with what is stored', async () => {
    await plant('app.session', { format: 1, record: recordOf('a') });
    const session = sessionOn(store());
    expect(session.snapshot().status).toBe('loading');
    await session.ready;
    expect(session.snapshot()).toMatchObject({ status: 'signed-in', generation: 1 });
    expect((await openDatabase()).name).toBe('holdfast');
  });
});
