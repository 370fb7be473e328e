import { describe, expect, it } from 'vitest';
import {
  ended,
  renewed,
  sameVersion,
  signedIn as signedInRecord,
  type SessionRecord,
} from '../../src/session/record.js';
import { memoryStore, type TokenStore } from '../../src/session/store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { faultyStore } from './faulty-store.js';
import {
  LIFETIME_MS,
  REFUSED,
  refreshAhead,
  setUp,
  signedIn,
  tokensNumber,
  track,
  type Tokens,
  type World,
} from './set-up.js';

const LEASE_MS = 45_000;

/** Locks by fence over a memory store. */
function lockingStore() {
  const memory = memoryStore<Tokens>();
  const locks = new Map<number, Promise<unknown>>();
  const taken: number[] = [];
  const signals: AbortSignal[] = [];
  const store: TokenStore<Tokens> = {
    ...memory,
    async exclusive(fence, task, { signal }) {
      signals.push(signal);
      const before = locks.get(fence);
      let free = (): void => {};
      locks.set(fence, new Promise<void>((resolve) => (free = resolve)));
      await before;
      try {
        if (signal.aborted) throw signal.reason;
        taken.push(fence);
        return await task();
      } finally {
        free();
      }
    },
  };
  return { memory, store, taken, signals };
}

function silent({ read, compareAndSet, exclusive }: TokenStore<Tokens>): TokenStore<Tokens> {
  return { read, compareAndSet, ...(exclusive && { exclusive }) };
}

async function pair(store: TokenStore<Tokens>): Promise<[World, World]> {
  const clock = manualClock();
  const one = await signedIn({ store }, tokensNumber(1), clock);
  return [one, setUp({ store }, clock)];
}

/** Another tab has claimed, and says nothing any more. */
async function deadClaim(store: TokenStore<Tokens>, world: World, locked = false): Promise<void> {
  const record = await store.read();
  if (record === null) throw new Error('expected a record');
  const sentAt = world.clock.now();
  const claim = { fence: record.fence + 1, claimedAt: sentAt, until: sentAt + LEASE_MS, locked };
  await store.compareAndSet(record, { ...record, fence: claim.fence, claim });
}

describe('two sessions over one store', () => {
  it.each([
    ['that tells', (): TokenStore<Tokens> => memoryStore()],
    ['that tells nothing', (): TokenStore<Tokens> => silent(memoryStore())],
    ['with locks', (): TokenStore<Tokens> => lockingStore().store],
    ['with locks that tells nothing', (): TokenStore<Tokens> => silent(lockingStore().store)],
  ])('refresh once over a store %s', async (_, make) => {
    const [one, other] = await pair(make());
    one.clock.jump(LIFETIME_MS);
    const requests = [track(one.request()), track(other.request())];
    await one.rest();
    expect(one.refreshes.length + other.refreshes.length).toBe(1);
    const [winner, loser] = one.refreshes.length > 0 ? [one, other] : [other, one];
    await winner.refresh.answer();
    await one.clock.advance(250);
    for (const { value } of requests) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(one.refreshes.length + other.refreshes.length).toBe(1);
    expect(winner.typesOf('refreshed', 'adopted')).toEqual(['refreshed']);
    expect(loser.typesOf('refreshed', 'adopted')).toEqual(['adopted']);
    expect(one.clock.timers).toBe(0);
  });

  it('adopt at the next rejection what the other made, where the store tells nothing', async () => {
    const { read, compareAndSet } = memoryStore<Tokens>();
    const [one, other] = await pair({ read, compareAndSet });
    const forced = one.session.refresh();
    await one.rest();
    await one.refresh.answer();
    await forced;
    other.dead.add('access-1-secret');
    expect(await other.request()).toEqual({ status: 200, token: 'access-2-secret' });
    expect(other.refreshes).toHaveLength(0);
  });

  it('use the old token while it serves and the other refreshes', async () => {
    const [one, other] = await pair(memoryStore());
    await refreshAhead(one);
    expect(await other.request()).toMatchObject({ token: 'access-1-secret' });
    await one.refresh.answer();
    expect(await other.request()).toMatchObject({ token: 'access-2-secret' });
  });

  it('end together when one signs out, held requests included', async () => {
    const [one, other] = await pair(memoryStore());
    other.clock.jump(LIFETIME_MS);
    const held = track(other.request());
    await other.rest();
    await one.session.signOut();
    await other.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(other.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    expect(other.typesOf('ended')).toHaveLength(1);
    expect(other.refresh.signal.aborted).toBe(true);
  });

  it('become the other together when one signs in anew, and send nothing of the first', async () => {
    const [one, other] = await pair(memoryStore());
    other.clock.jump(LIFETIME_MS);
    const held = track(other.request());
    await other.rest();
    await one.session.signIn(tokensNumber(10));
    await other.refresh.answer();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(other.session.current()).toEqual(tokensNumber(10));
    expect(other.typesOf('signed-in', 'ended')).toEqual(['signed-in']);
    expect(other.sends).toEqual([]);
  });

  it('leave the record of the winner alone when the loser is refused', async () => {
    const { memory, store } = faultyStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    const claim = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(claim, renewed(claim, tokensNumber(5), world.clock.now()));
    await world.refresh.fail(REFUSED);
    expect(held.value).toEqual({ status: 200, token: 'access-5-secret' });
    expect(await memory.read()).toMatchObject({ tokens: tokensNumber(5) });
    expect(world.typesOf('ended', 'adopted')).toEqual(['adopted']);
  });

  it('drop the answer, or the failure, of the one that was overtaken', async () => {
    for (const isAnswered of [true, false]) {
      const { memory, store } = faultyStore();
      const world = await signedIn({ store });
      world.clock.jump(LIFETIME_MS);
      const held = track(world.request());
      await world.rest();
      const claim = (await memory.read()) as SessionRecord<Tokens>;
      await memory.compareAndSet(claim, renewed(claim, tokensNumber(5), world.clock.now()));
      await (isAnswered ? world.refresh.answer() : world.refresh.fail({ status: 503 }));
      expect(held.value).toEqual({ status: 200, token: 'access-5-secret' });
    }
  });

  it('sign out where somebody emptied the store', async () => {
    const { store, faults, hints } = faultyStore();
    let isEmpty = false;
    const world = await signedIn({ store: { ...store, read: () => (isEmpty ? null : store.read()) } });
    isEmpty = true;
    for (const hint of hints) hint();
    await world.rest();
    expect(faults).toEqual({});
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    for (const hint of hints) hint();
    await world.rest();
    expect(world.typesOf('ended')).toHaveLength(1);
  });

  it('send nothing between waking up and knowing what was missed', async () => {
    const { memory, store, hints } = faultyStore();
    const world = await signedIn({ store });
    const record = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(record, ended(record, 'signed-out'));
    for (const hint of hints) hint(undefined, true);
    const held = track(world.request());
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.sends).toEqual([]);
  });

  /** Somebody signs in while this session stands still; then it wakes, and a request begins at once. */
  async function wakeUnder(wake: () => void, world: World, memory: TokenStore<Tokens>) {
    const before = await memory.read();
    await memory.compareAndSet(before, signedInRecord(before, tokensNumber(7), world.clock.now(), 0));
    wake();
    const held = track(world.request());
    await world.rest();
    return held;
  }

  it('do not ask as whoever signed in while they stood still, where somebody else was', async () => {
    const { memory, store, hints } = faultyStore();
    const world = await signedIn({ store });
    const held = await wakeUnder(() => hints[0]?.(undefined, true), world, memory);
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
  });

  it('ask as whoever signed in while they stood still, where nobody was', async () => {
    const { memory, store, hints } = faultyStore();
    const held = await wakeUnder(() => hints[0]?.(undefined, true), setUp({ store }), memory);
    expect(held.value).toEqual({ status: 200, token: 'access-7-secret' });
  });

  it('ask as who signs in at the moment, having woken up', async () => {
    const { store, hints } = faultyStore();
    const world = await signedIn({ store });
    const signingIn = world.session.signIn(tokensNumber(9));
    for (const hint of hints) hint(undefined, true);
    const held = track(world.request());
    await signingIn;
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-9-secret' });
  });

  it('go on as they were where nothing was missed, or nobody can tell', async () => {
    for (const fault of [undefined, 'rejects'] as const) {
      const { store, faults, hints } = faultyStore();
      const world = await signedIn({ store });
      faults.read = fault;
      for (const hint of hints) hint(undefined, true);
      const held = track(world.request());
      expect(world.session.snapshot().held).toBe(1);
      await world.rest();
      expect(held.value).toEqual({ status: 200, token: 'access-1-secret' });
    }
  });

  it('never take a sign-in after the store was emptied for the one before', async () => {
    const clock = manualClock();
    const { store, hints } = faultyStore();
    const emptied: SessionRecord<Tokens>[] = [];
    const world = await signedIn(
      { store: { ...store, read: () => emptied[0] ?? store.read() } },
      tokensNumber(1),
      clock,
    );
    clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    emptied.push(signedInRecord(null, tokensNumber(10), clock.now(), 0));
    for (const hint of hints) hint();
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('sign in at once, and both end up with the later', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    const gates: (() => void)[] = [];
    // Both read before either writes.
    const { read, compareAndSet } = memory;
    let isOpen = false;
    const store: TokenStore<Tokens> = {
      read,
      async compareAndSet(expected, next) {
        if (!isOpen) await new Promise<void>((resolve) => gates.push(resolve));
        return compareAndSet(expected, next);
      },
    };
    const one = setUp({ store }, clock);
    const other = setUp({ store }, clock);
    const first = one.session.signIn(tokensNumber(1));
    clock.jump(5);
    const second = other.session.signIn(tokensNumber(10));
    await clock.advance(0);
    expect(gates).toHaveLength(2);
    isOpen = true;
    // The later one is written first: the earlier finds it, and leaves it.
    for (const open of gates.reverse()) open();
    await Promise.all([first, second]);
    await clock.advance(0);
    for (const world of [one, other]) expect(world.session.current()).toEqual(tokensNumber(10));
    expect(one.typesOf('signed-in')).toHaveLength(1);
  });

  it('hear of a sign-out that happened while their own sign-in was stored', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    let answer = (): void => {};
    const slow: TokenStore<Tokens> = {
      ...memory,
      async compareAndSet(expected, next) {
        const isWritten = await memory.compareAndSet(expected, next);
        await new Promise<void>((resolve) => (answer = resolve));
        return isWritten;
      },
    };
    const one = setUp({ store: slow }, clock);
    const other = setUp({ store: memory }, clock);
    const signIn = one.session.signIn(tokensNumber(1));
    await one.rest();
    expect(other.session.current()).toEqual(tokensNumber(1));
    await other.session.signOut();
    await one.rest();
    answer();
    await signIn;
    await one.rest();
    expect(one.session.current()).toBeNull();
  });
});

describe('a store that tells sooner than it answers', () => {
  it('lets a session hear of what was written while it was first read', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    const one = await signedIn({ store: memory }, tokensNumber(1), clock);
    const answers: (() => void)[] = [];
    let isSlow = true;
    const other = setUp(
      {
        store: {
          ...memory,
          async read() {
            const record = await memory.read();
            if (isSlow) await new Promise<void>((resolve) => answers.push(resolve));
            return record;
          },
        },
      },
      clock,
    );
    await one.rest();
    await one.session.signIn(tokensNumber(10));
    await one.rest();
    isSlow = false;
    // The oldest comes last.
    for (const answer of answers.reverse()) {
      answer();
      await one.rest();
    }
    expect(other.session.current()).toEqual(tokensNumber(10));
  });

  it('lets nobody take the answer of a login dialog for news from elsewhere', async () => {
    const memory = memoryStore<Tokens>();
    const answers: (() => void)[] = [];
    let isSlow = false;
    const world = await signedIn({
      subject: () => 'alice',
      onExpired: () => {
        isSlow = true;
        return tokensNumber(2);
      },
      store: {
        ...memory,
        async compareAndSet(expected, next) {
          const isWritten = await memory.compareAndSet(expected, next);
          if (isSlow) await new Promise<void>((resolve) => answers.push(resolve));
          return isWritten;
        },
      },
    });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    for (const answer of answers) answer();
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.typesOf('refreshed', 'adopted')).toEqual(['refreshed']);
  });
});

describe('a holder that died', () => {
  it('holds up one renewal, until its lease ends', async () => {
    const { read, compareAndSet } = memoryStore<Tokens>();
    const world = await signedIn({ store: { read, compareAndSet } });
    world.clock.jump(LIFETIME_MS);
    await deadClaim({ read, compareAndSet }, world);
    const held = track(world.request());
    await world.clock.advance(LEASE_MS - 1);
    expect(world.refreshes).toHaveLength(0);
    await world.clock.advance(1);
    expect(world.refreshes).toHaveLength(1);
    expect(await read()).toMatchObject({ fence: 2, lostAt: expect.any(Number) as number });
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
  });

  it('holds up nobody where its lock is free', async () => {
    const { memory, store } = lockingStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(memory, world, true);
    const held = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
  });

  it('counts as alive while a claim without a lock has its lease, though the lock is free', async () => {
    const { memory, store } = lockingStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(memory, world, false);
    track(world.request());
    await world.clock.advance(LEASE_MS - 1);
    expect(world.refreshes).toHaveLength(0);
    await world.clock.advance(1);
    expect(world.refreshes).toHaveLength(1);
  });

  it('is waited for by the own clock where that of its machine is far ahead', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({ store: memory });
    world.clock.jump(LIFETIME_MS + 7_200_000);
    await deadClaim(memory, world);
    world.clock.jump(-7_200_000);
    track(world.request());
    await world.clock.advance(LEASE_MS);
    expect(world.refreshes).toHaveLength(1);
  });

  it('is frozen with the lock of the next claim: one waits for the lease, then goes without', async () => {
    const { store, signals } = lockingStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    void store.exclusive?.(1, () => new Promise(() => {}), { signal: new AbortController().signal });
    const held = track(world.request());
    await world.clock.advance(LEASE_MS - 1);
    expect(world.refreshes).toHaveLength(0);
    expect(signals.at(-1)?.aborted).toBe(false);
    await world.clock.advance(1);
    // It does not stay in the queue of the lock.
    expect(signals.at(-1)?.aborted).toBe(true);
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
  });

  it('is frozen with its lock: one goes on as soon as somebody else has given it up', async () => {
    const { memory, store } = lockingStore();
    const one = await signedIn({ store });
    one.clock.jump(LIFETIME_MS);
    void store.exclusive?.(1, () => new Promise(() => {}), { signal: new AbortController().signal });
    await deadClaim(memory, one, true);
    const held = track(one.request());
    await one.rest();
    // By a clock that is ahead the lease is over.
    const ahead = manualClock(one.clock.now() + LEASE_MS);
    const other = setUp({ store }, ahead);
    track(other.request());
    await other.rest();
    expect(one.refreshes.length + other.refreshes.length).toBe(1);
    await (one.refreshes[0] ?? other.refresh).answer();
    await one.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(one.clock.timers).toBe(0);
  });

  it('is frozen with its lock: its lease ends during the sleep of who waits, and the waking tells', async () => {
    const { memory, store } = lockingStore();
    let wake = (): void => {};
    const subscribe = (listener: () => void): (() => void) => {
      wake = listener;
      return () => {};
    };
    const clock = manualClock();
    // What `setTimeout` waits for stands still while the machine sleeps.
    let sleptMs = 0;
    const ofSleeper = { ...clock, now: () => clock.now() + sleptMs };
    const world = await signedIn({ store: { ...store, subscribe } }, tokensNumber(1), ofSleeper);
    clock.jump(LIFETIME_MS);
    void store.exclusive?.(1, () => new Promise(() => {}), { signal: new AbortController().signal });
    await deadClaim(memory, world, true);
    track(world.request());
    await world.rest();
    wake();
    await world.rest();
    expect(world.refreshes).toHaveLength(0);
    sleptMs = LEASE_MS;
    wake();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
  });

  it('is no longer waited for when everybody has signed out', async () => {
    const { read, compareAndSet } = memoryStore<Tokens>();
    const world = await signedIn({ store: { read, compareAndSet } });
    world.clock.jump(LIFETIME_MS);
    await deadClaim({ read, compareAndSet }, world);
    const held = track(world.request());
    await world.rest();
    await world.session.signOut();
    await world.rest();
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.clock.timers).toBe(0);
  });

  it('turns out to live: its late commit is adopted', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({ store: memory });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(memory, world);
    const held = track(world.request());
    await world.rest();
    const claim = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(claim, renewed(claim, tokensNumber(7), world.clock.now()));
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-7-secret' });
  });
});

describe('locks', () => {
  it('are named for one claim each', async () => {
    const { store, taken } = lockingStore();
    const world = await signedIn({ store });
    for (let n = 0; n < 3; n++) {
      const forced = world.session.refresh();
      await world.rest();
      await world.refresh.answer();
      await forced;
    }
    expect(taken).toEqual([1, 2, 3]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no lock service'))],
    ['throws', () => { throw new Error('no lock service'); }],
  ])('cost nothing but speed where the lock service %s', async (_, exclusive) => {
    const world = await signedIn({ store: { ...memoryStore<Tokens>(), exclusive } });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(2));
  }); // prettier-ignore

  it('that fail after the refresh change nothing', async () => {
    const world = await signedIn({
      store: {
        ...memoryStore<Tokens>(),
        async exclusive(_, task) {
          await task();
          throw new Error('lost');
        },
      },
    });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(2));
    expect(world.refreshes).toHaveLength(1);
  });
});

describe('a store that fails', () => {
  it.each(['throws', 'rejects', 'hangs'] as const)(
    'at the first read (%s) says so, and the session goes on in memory',
    async (fault) => {
      const { store, faults } = faultyStore();
      faults.read = fault;
      faults.write = fault;
      const world = setUp({ store });
      await world.clock.advance(5_000);
      await world.session.ready;
      expect(world.session.snapshot().status).toBe('signed-out');
      expect(world.session.history()).toMatchObject([
        { type: 'store-failed', problem: fault === 'hangs' ? 'StoreTimeout' : 'RangeError' },
      ]);
      const signIn = world.session.signIn(tokensNumber(1));
      await world.clock.advance(5_000);
      await signIn;
      expect(await world.request()).toMatchObject({ status: 200 });
    },
  );

  it('at the first read is read again for the next request, and both who ask then get its tokens', async () => {
    const { memory, store, faults } = faultyStore();
    await signedIn({ store: memory });
    faults.read = 'rejects';
    const world = setUp({ store });
    await world.session.ready;
    expect(await world.request()).toEqual({ status: 401, token: null });
    faults.read = undefined;
    const requests = await Promise.all([world.request(), world.request()]);
    expect(requests).toEqual([
      { status: 200, token: 'access-1-secret' },
      { status: 200, token: 'access-1-secret' },
    ]);
  });

  it('frees a caller that leaves while it is read again', async () => {
    const { store, faults } = faultyStore();
    faults.read = 'rejects';
    const world = setUp({ store });
    await world.session.ready;
    faults.read = 'hangs';
    const controller = new AbortController();
    const request = track(world.request({ signal: controller.signal }));
    await world.rest();
    controller.abort(new Error('left'));
    await world.rest();
    expect(request.reason).toEqual(new Error('left'));
  });

  it('saves a sign-in later', async () => {
    const { store, faults, stored } = faultyStore();
    faults.write = 'rejects';
    const world = await signedIn({ store });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(stored()).toBeNull();
    await world.clock.advance(400);
    faults.write = undefined;
    await world.clock.advance(100);
    expect(stored()).toMatchObject({ tokens: tokensNumber(1) });
    expect(world.clock.timers).toBe(0);
  });

  it('is tried again at growing distances, half a minute at most', async () => {
    const { store, faults } = faultyStore();
    faults.write = 'rejects';
    const world = await signedIn({ store });
    await world.clock.advance(300_000);
    const times = world.session.history().flatMap(({ type, at }) => (type === 'store-failed' ? [at] : []));
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it.each(['throws', 'rejects', 'hangs', 'writes and rejects', 'refuses'] as const)(
    'keeps the tokens of a refresh that it could not save (%s), and saves them later',
    async (fault) => {
      const { store, faults, stored } = faultyStore();
      const world = await signedIn({ store });
      world.clock.jump(LIFETIME_MS);
      const held = track(world.request());
      await world.rest();
      faults.write = fault;
      await world.refresh.answer();
      await world.clock.advance(5_000);
      expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
      expect(world.typesOf('store-failed', 'refreshed')).toContain('store-failed');
      faults.write = undefined;
      await world.clock.advance(30_000);
      expect(stored()).toMatchObject({ tokens: tokensNumber(2), claim: null });
      expect(world.session.current()).toEqual(tokensNumber(2));
    },
  );

  it('fails an expired request, serves a valid one, and heals by itself', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'rejects';
    expect(await world.request()).toMatchObject({ status: 200 });
    world.clock.jump(LIFETIME_MS);
    await expect(world.request()).rejects.toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    expect(world.refreshes).toHaveLength(0);
    faults.read = undefined;
    const request = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(request.value).toMatchObject({ status: 200 });
  });

  it('does not refresh tokens that it has not taken yet', async () => {
    const { store, faults, stored } = faultyStore();
    faults.write = 'rejects';
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await expect(world.request()).rejects.toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    faults.write = undefined;
    const request = track(world.request());
    await world.rest();
    expect(stored()).toMatchObject({ tokens: tokensNumber(1), claim: { fence: 1 } });
    await world.refresh.answer();
    expect(request.value).toMatchObject({ status: 200 });
  });

  it('ends the session all the same when the refresh was refused', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    faults.write = 'rejects';
    await world.refresh.fail(REFUSED);
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    faults.write = undefined;
    await world.clock.advance(500);
    expect(stored()).toMatchObject({ tokens: null, endedBy: 'refresh-rejected' });
  });

  it('gets a claim back as soon as it heals: the next request waits for no lease', async () => {
    for (const error of [{ status: 500 }, new TypeError('reset')]) {
      const { store, faults, stored } = faultyStore();
      const world = await signedIn({ store, retry: { limit: 0 } });
      world.clock.jump(LIFETIME_MS);
      const held = track(world.request());
      await world.rest();
      faults.write = 'rejects';
      await world.refresh.fail(error);
      expect(held.reason).toMatchObject({ code: 'refresh-failed' });
      faults.write = undefined;
      const next = track(world.request());
      await world.rest();
      expect(world.refreshes).toHaveLength(2);
      await world.refresh.answer();
      expect(next.value).toMatchObject({ status: 200 });
      expect(stored()).toMatchObject({ tokens: tokensNumber(2) });
    }
  });

  it('holds up one renewal where it wrote a claim and said that it failed, until the lease ends', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    faults.write = 'writes and rejects';
    const held = track(world.request());
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    faults.write = undefined;
    const next = track(world.request());
    await world.clock.advance(LEASE_MS);
    expect(world.refreshes).toHaveLength(1);
    await world.refresh.answer();
    expect(next.value).toMatchObject({ status: 200, token: 'access-2-secret' });
  });

  it('has the later of two sign-ins, when it could not take the earlier one in time', async () => {
    const { memory, store, faults, stored, hints } = faultyStore();
    const clock = manualClock();
    const world = setUp({ store }, clock);
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(1));
    clock.jump(1);
    await memory.compareAndSet(null, signedInRecord(null, tokensNumber(10), clock.now(), 0));
    faults.write = undefined;
    const again = world.session.signOut();
    await again;
    for (const hint of hints) hint();
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('tells two sign-ins apart that two tabs made in the same millisecond, one of which failed late', async () => {
    const { store, faults, stored } = faultyStore();
    const drawn = [0.25, 0.75];
    const clock = { ...manualClock(), random: () => drawn.shift() ?? 0.5 };
    const one = setUp({ store }, clock);
    const other = setUp({ store }, clock);
    faults.write = 'writes and rejects';
    await one.session.signIn(tokensNumber(1));
    faults.write = 'rejects';
    await other.session.signIn(tokensNumber(10));
    expect(one.session.snapshot().generation).not.toBe(other.session.snapshot().generation);
    faults.write = undefined;
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
  });

  it('signs out in memory at once, and in the store later, also what a sign-in was to replace', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(10));
    await world.session.signOut();
    expect(world.session.current()).toBeNull();
    expect(stored()).toMatchObject({ tokens: tokensNumber(1) });
    faults.write = undefined;
    await world.clock.advance(2_000);
    expect(stored()).toMatchObject({ tokens: null, endedBy: 'signed-out' });
  });

  it('ends what others made of the same sign-in before it took the sign-out', async () => {
    const { memory, store, faults, stored } = faultyStore();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    faults.write = 'rejects';
    await world.session.signOut();
    for (const n of [2, 3]) {
      const record = stored() as SessionRecord<Tokens>;
      await memory.compareAndSet(record, renewed(record, tokensNumber(n), clock.now()));
    }
    faults.write = undefined;
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: null });
  });

  it('does not end who signed in after the sign-out that it could not take', async () => {
    const { memory, store, faults, stored, hints } = faultyStore();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    faults.write = 'rejects';
    await world.session.signOut();
    clock.jump(10);
    await memory.compareAndSet(stored(), signedInRecord(stored(), tokensNumber(10), clock.now(), 0));
    faults.write = undefined;
    await clock.advance(1_000);
    for (const hint of hints) hint();
    await clock.advance(0);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('takes a late sign-in under a version that was never there', async () => {
    const { memory, store, faults, stored } = faultyStore();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    clock.jump(1);
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(10));
    const versions = [stored()];
    for (const n of [2, 3, 4]) {
      const record = stored() as SessionRecord<Tokens>;
      await memory.compareAndSet(record, renewed(record, tokensNumber(n), clock.now()));
      versions.push(stored());
    }
    faults.write = undefined;
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
    for (const version of versions) expect(sameVersion(stored(), version)).toBe(false);
    expect(await world.request()).toMatchObject({ token: 'access-10-secret' });
  });

  it('is ended by a sign-out that came while it could not be read', async () => {
    for (const fault of ['hangs', 'rejects'] as const) {
      const { memory, store, faults, stored, hints } = faultyStore();
      const clock = manualClock();
      await signedIn({ store: memory }, tokensNumber(1), clock);
      clock.jump(1_000);
      faults.read = fault;
      const world = setUp({ store }, clock);
      if (fault === 'rejects') await world.session.ready;
      const signOut = world.session.signOut();
      await clock.advance(10_000);
      await signOut;
      faults.read = undefined;
      for (const hint of hints) hint();
      await clock.advance(30_000);
      expect(stored()).toMatchObject({ tokens: null });
      expect(world.session.current()).toBeNull();
    }
  });

  it('makes a refresh of what it could not read when it heals', async () => {
    const { memory, store, faults, hints } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'rejects';
    for (const hint of hints) hint();
    await world.rest();
    expect(world.typesOf('store-failed')).toHaveLength(1);
    expect(world.session.current()).toEqual(tokensNumber(1));
    faults.read = undefined;
    const record = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(record, renewed(record, tokensNumber(4), world.clock.now()));
    for (const hint of hints) hint('a record was not readable');
    await world.rest();
    expect(world.session.current()).toEqual(tokensNumber(4));
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'store-failed', problem: 'a record was not readable' }),
    );
  });

  it('that refuses every write is found out, and does not loop', async () => {
    const { store, faults } = faultyStore();
    faults.write = 'refuses';
    const world = await signedIn({ store });
    expect(world.session.history()).toMatchObject([
      { type: 'store-failed', problem: 'StoreContradiction' },
      { type: 'signed-in' },
    ]);
    expect(await world.request()).toMatchObject({ status: 200 });
  });

  it('owes nothing of a refresh to who signed out meanwhile', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    track(world.request());
    await world.rest();
    faults.write = 'hangs';
    await world.refresh.answer();
    faults.write = 'rejects';
    const signOut = world.session.signOut();
    // Only now the write of the new tokens counts as failed, and that of the sign-out has its turn.
    await world.clock.advance(6_000);
    await signOut;
    faults.write = undefined;
    await world.clock.advance(30_000);
    expect(stored()).toMatchObject({ tokens: null });
    expect(world.session.current()).toBeNull();
  });

  it('keeps tokens that a reply brought, and puts them in their place later', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'rejects';
    await world.request({ renewedBy: () => 'access-9-secret' });
    await world.rest();
    expect(world.session.current()).toMatchObject({ accessToken: 'access-9-secret' });
    faults.write = undefined;
    await world.clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: { accessToken: 'access-9-secret' } });
  });
});

describe('a store that tells nothing', () => {
  async function silentPair(): Promise<[World, World]> {
    const { read, compareAndSet } = memoryStore<Tokens>();
    const clock = manualClock();
    return [
      setUp({ store: { read, compareAndSet } }, clock),
      setUp({ store: { read, compareAndSet } }, clock),
    ];
  }

  it('keeps who signed in elsewhere when somebody signs out here, who never signed in', async () => {
    const [one, other] = await silentPair();
    await one.session.signIn(tokensNumber(1));
    await other.session.signOut();
    expect(one.session.current()).toEqual(tokensNumber(1));
    expect(other.session.current()).toEqual(tokensNumber(1));
  });

  it('keeps newer tokens from elsewhere when a reply brings some here', async () => {
    const [one, other] = await silentPair();
    await one.session.signIn(tokensNumber(1));
    await other.session.signOut();
    const forced = one.session.refresh();
    await one.rest();
    await one.refresh.answer();
    await forced;
    await other.request({ renewedBy: () => 'access-9-secret' });
    expect(other.session.current()).toEqual(tokensNumber(2));
  });

  it('says so when a sign-out of nobody cannot reach it', async () => {
    const { store, faults } = faultyStore();
    const world = setUp({ store });
    faults.read = 'rejects';
    await world.session.signOut();
    expect(world.events).toMatchObject([{ type: 'store-failed', problem: 'RangeError' }]);
    faults.read = undefined;
    await world.clock.advance(500);
    expect(world.clock.timers).toBe(0);
  });
});

describe('an answer after the deadline', () => {
  it('is told once, also where the store tells of it before it has answered', async () => {
    const memory = memoryStore<Tokens>();
    let isSlow = false;
    let answer = (): void => {};
    const world = await signedIn({
      store: {
        ...memory,
        async compareAndSet(expected, next) {
          const isWritten = await memory.compareAndSet(expected, next);
          if (isSlow) await new Promise<void>((resolve) => (answer = resolve));
          return isWritten;
        },
      },
    });
    track(world.session.refresh());
    await world.clock.advance(30_000);
    isSlow = true;
    await world.refresh.answer();
    answer();
    await world.rest();
    expect(world.session.current()).toEqual(tokensNumber(2));
    expect(world.typesOf('refreshed', 'adopted')).toHaveLength(1);
  });
});

describe('memoryStore()', () => {
  class Credential {
    readonly accessToken = 'access-1-secret';
  }
  const recordOf = <T>(tokens: T): SessionRecord<T> => signedInRecord(null, tokens, 1, 0);

  it('keeps copies of plain tokens, however deep', async () => {
    const store = memoryStore<{ scopes: { name: string }[] }>();
    const record = recordOf({ scopes: [{ name: 'read' }] });
    await store.compareAndSet(null, record);
    for (const handed of [record, await store.read(), await store.read()]) {
      handed?.tokens?.scopes.push({ name: 'write' });
    }
    expect(await store.read()).toMatchObject({ tokens: { scopes: [{ name: 'read' }] } });
  });

  it('keeps tokens of a class as the objects they are', async () => {
    const store = memoryStore<{ credential: Credential }>();
    const credential = new Credential();
    await store.compareAndSet(null, recordOf({ credential }));
    expect((await store.read())?.tokens?.credential).toBe(credential);
  });
});

describe('close()', () => {
  it('lets go of the store and of timers, and still stores a refresh under way', async () => {
    const { store, faults, hints, stored } = faultyStore();
    const world = await signedIn({ store });
    track(world.session.refresh());
    await world.rest();
    world.session.close();
    expect(hints).toEqual([]);
    await world.refresh.answer();
    expect(stored()).toMatchObject({ tokens: tokensNumber(2) });
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(10));
    expect(world.clock.timers).toBe(0);
  });

  it('drops the next attempt to save', async () => {
    const { store, faults } = faultyStore();
    faults.write = 'rejects';
    const world = await signedIn({ store });
    expect(world.clock.timers).toBe(1);
    world.session.close();
    expect(world.clock.timers).toBe(0);
  });

  it('hears no more of the other sessions of its store', async () => {
    const [one, other] = await pair(memoryStore());
    other.session.close();
    await one.session.signOut();
    await one.rest();
    expect(other.session.current()).toEqual(tokensNumber(1));
  });

  it('does no harm to a store that tells nothing', () => {
    const { read, compareAndSet } = memoryStore<Tokens>();
    const { session } = setUp({ store: { read, compareAndSet } });
    expect(() => session.close()).not.toThrow();
  });
});
