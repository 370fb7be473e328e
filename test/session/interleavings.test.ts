import { describe, expect, it, vi } from 'vitest';
import type { SessionRecord } from '../../src/session/record.js';
import { memoryStore, type TokenStore } from '../../src/session/store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { faultyStore } from './faulty-store.js';
import {
  expired, LIFETIME_MS, passDeadline, REFUSED, refreshAhead, setUp, signedIn, times, tokensNumber, track, type Tokens,
} from './set-up.js'; // prettier-ignore

describe('a sign-out that the store could not take', () => {
  it('never ends the sign-in that came after it', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'rejects';
    await world.session.signOut();
    faults.write = 'writes and rejects';
    await world.session.signIn(tokensNumber(5));
    faults.write = undefined;
    await world.clock.advance(60_000);
    expect(world.typesOf('ended')).toEqual(['ended']);
    expect(world.session.current()).toEqual(tokensNumber(5));
    expect(stored()).toMatchObject({ tokens: tokensNumber(5) });
  });

  it('never ends it either where nobody knew whom it was to end', async () => {
    const { store, faults, stored } = faultyStore();
    faults.read = 'rejects';
    const world = setUp({ store });
    await world.rest();
    await world.session.signOut();
    faults.read = undefined;
    faults.write = 'writes and rejects';
    await world.session.signIn(tokensNumber(5));
    faults.write = undefined;
    await world.clock.advance(60_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(5) });
    expect(world.session.snapshot().status).toBe('signed-in');
  });
});

describe('a claim', () => {
  it('of another session is left alone when the own one fails', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    let fail = (): void => {};
    let isArmed = false;
    const failing: TokenStore<Tokens> = {
      read: memory.read,
      compareAndSet(expected, next) {
        if (!isArmed || next.claim === null) return memory.compareAndSet(expected, next);
        isArmed = false;
        return new Promise((_, reject) => (fail = () => reject(new Error('transient'))));
      },
    };
    const one = await signedIn({ store: failing }, tokensNumber(1), clock);
    const { read, compareAndSet } = memory;
    const two = setUp({ store: { read, compareAndSet } }, clock);
    clock.jump(LIFETIME_MS);
    isArmed = true;
    track(one.request());
    await one.rest();
    track(two.request());
    await two.rest();
    fail();
    await one.rest();
    track(one.request());
    await one.rest();
    expect([one.refreshes.length, two.refreshes.length]).toEqual([0, 1]);
    await two.refresh.answer();
    await clock.advance(250);
    expect(one.session.current()).toEqual(tokensNumber(2));
  });

  it('is waited for by its lease, also where the clock is set back meanwhile', async () => {
    const { store, stored } = faultyStore();
    const { read, compareAndSet } = store;
    const world = await expired({ store: { read, compareAndSet } });
    const record = stored() as SessionRecord<Tokens>;
    const now = world.clock.now();
    const claim = { fence: record.fence + 1, claimedAt: now, until: now + 45_000, locked: false };
    await compareAndSet(record, { ...record, fence: claim.fence, claim });
    track(world.request());
    await world.clock.advance(1_000);
    world.clock.jump(-10_000_000);
    await world.clock.advance(45_500);
    expect(world.refreshes).toHaveLength(1);
  });
});

describe('the answer of a login dialog', () => {
  const subject = ({ user }: Tokens): string | undefined => user;
  const ada = (n: number): Tokens => tokensNumber(n, { user: 'ada' });

  it('is kept where the store could not take it', async () => {
    const { store, faults, stored } = faultyStore();
    const onExpired = (): Tokens => {
      faults.write = 'rejects';
      return ada(7);
    };
    const world = await signedIn({ store, subject, onExpired }, ada(1));
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(held.value).toMatchObject({ token: 'access-7-secret' });
    faults.write = undefined;
    await world.clock.advance(60_000);
    expect(world.session.current()).toEqual(ada(7));
    expect(stored()).toMatchObject({ tokens: ada(7) });
  });

  it('is none where it brings the refused tokens: the session ends, and nobody waits', async () => {
    const world = await signedIn({ subject, onExpired: () => world.session.current() }, ada(1));
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
  });

  it('is not asked for when a listener has signed in already', async () => {
    const onExpired = vi.fn<() => null>(() => null);
    const world = await signedIn({ onExpired });
    world.session.on('asked', () => void world.session.signIn(tokensNumber(5)));
    world.clock.jump(LIFETIME_MS);
    track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(world.session.current()).toEqual(tokensNumber(5));
    expect(onExpired).not.toHaveBeenCalled();
  });
});

describe('a request that was let go', () => {
  it.each(['released', 'replayed'] as const)(
    'is not sent when a listener of `%s` signs out',
    async (type) => {
      const world = await signedIn();
      world.dead.add('access-1-secret');
      world.session.on(type, () => void world.session.signOut());
      const held = track(world.request());
      await world.rest();
      await world.refresh.answer();
      expect(held.reason).toMatchObject({ code: 'session-ended' });
      expect(world.sends).toEqual(['access-1-secret']);
    },
  );

  it('is not sent when a listener of `released` aborts it', async () => {
    const world = await expired();
    const controller = new AbortController();
    world.session.on('released', () => controller.abort(new Error('left')));
    const held = track(world.request({ signal: controller.signal }));
    await world.rest();
    await world.refresh.answer();
    expect(held.reason).toEqual(new Error('left'));
    expect(world.sends).toEqual([]);
  });

  it.each([
    ['signs out', (world: Awaited<ReturnType<typeof expired>>) => world.session.signOut()],
    ['signs in anew', (world: Awaited<ReturnType<typeof expired>>) => world.session.signIn(tokensNumber(9))],
  ])('is not sent when the one before it %s as it is sent', async (_, command) => {
    const world = await expired();
    const sent: string[] = [];
    track(
      world.session.guard(() => {
        sent.push('first');
        void command(world);
        return { status: 200 };
      }),
    );
    const second = track(world.session.guard(() => ({ status: sent.push('second') })));
    await world.rest();
    await world.refresh.answer();
    expect(sent).toEqual(['first']);
    expect(second.reason).toMatchObject({ code: 'session-ended' });
  });
});

describe('a caller that leaves', () => {
  it('as it is told that it is held is free at once', async () => {
    const world = await expired();
    const controller = new AbortController();
    world.session.on('held', () => controller.abort(new Error('left')));
    const held = track(world.request({ signal: controller.signal }));
    await world.rest();
    expect(held.reason).toEqual(new Error('left'));
    expect(world.session.snapshot().held).toBe(0);
  });

  it('while the tokens that its reply brought are stored is free at once', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'hangs';
    const controller = new AbortController();
    const { signal } = controller;
    const request = track(world.request({ signal, renewedBy: () => 'access-2-secret' }));
    await world.rest();
    controller.abort(new Error('left'));
    await world.rest();
    expect(request.reason).toEqual(new Error('left'));
  });

  it('before its reply came does not wait for the tokens that it brought', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'hangs';
    const controller = new AbortController();
    const { signal } = controller;
    const slow = world.slowRequest({ signal, renewedBy: () => 'access-9-secret' });
    const request = track(slow.reply);
    controller.abort(new Error('left'));
    slow.answer();
    await world.rest();
    expect(request.reason).toEqual(new Error('left'));
  });
});

it('signs in whoever a listener of the aborted refresh signs in', async () => {
  const world = await expired();
  track(world.request());
  await world.rest();
  world.refresh.signal.addEventListener('abort', () => void world.session.signIn(tokensNumber(50)));
  void world.session.signOut();
  track(world.request());
  await world.rest();
  expect(world.sends).toEqual(['access-50-secret']);
});

describe('a store that hangs', () => {
  it('at the first read holds nobody for longer than its deadline, whoever comes meanwhile', async () => {
    const { store, faults } = faultyStore();
    faults.read = 'hangs';
    const world = setUp({ store });
    await world.clock.advance(5_000);
    const first = track(world.request());
    for (let n = 0; n < 4; n++) {
      await world.clock.advance(2_000);
      track(world.request());
    }
    expect(first.value).toEqual({ status: 401, token: null });
  });

  it('and is told of by a hint before its first read failed holds nobody when it answers again', async () => {
    const { compareAndSet } = memoryStore<Tokens>();
    const reads: { resolve(record: null): void; reject(error: Error): void }[] = [];
    let hint = (): void => {};
    const store: TokenStore<Tokens> = {
      read: () => new Promise((resolve, reject) => reads.push({ resolve, reject })),
      compareAndSet,
      subscribe(listener) {
        hint = listener;
        return () => {};
      },
    };
    const world = setUp({ store });
    hint();
    reads[0]?.reject(new RangeError('quota'));
    await world.rest();
    const request = track(world.request());
    await world.rest();
    reads[1]?.resolve(null);
    await world.rest();
    expect(request.value).toEqual({ status: 401, token: null });
  });

  it('is waited for once by all the replies that bring tokens', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'hangs';
    const replies = times(100, (n) => track(world.request({ renewedBy: () => `access-${n + 2}-secret` })));
    await world.rest();
    const signOut = track(world.session.signOut());
    await world.clock.advance(10_000);
    expect(replies.filter(({ status }) => status === 'pending')).toEqual([]);
    expect(signOut.status).toBe('fulfilled');
  });
});

describe('a token that a reply brought', () => {
  it('is taken beside a reply that brings the one at hand', async () => {
    const world = await signedIn();
    const same = world.slowRequest({ renewedBy: () => 'access-1-secret' });
    const newer = world.slowRequest({ renewedBy: () => 'access-9-secret' });
    same.answer();
    newer.answer();
    await Promise.all([same.reply, newer.reply]);
    await world.request();
    expect(world.sends.at(-1)).toBe('access-9-secret');
  });

  it('hides no lost answer: the refresh token is not presented again beyond the grace', async () => {
    const world = await signedIn({ reuseGraceMs: 0 });
    await refreshAhead(world);
    await passDeadline(world);
    await world.request({ renewedBy: () => 'access-50-secret' });
    world.clock.jump(LIFETIME_MS - 100_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
  });

  it('ends no cool-down', async () => {
    const world = await signedIn();
    await refreshAhead(world);
    await world.refresh.fail({ status: 429, headers: { 'retry-after': '600' } });
    await world.request({ renewedBy: () => 'access-50-secret' });
    await expect(world.session.refresh()).rejects.toMatchObject({ kind: 'throttled' });
    expect(world.refreshes).toHaveLength(1);
  });
});

it('drops the outcome of a renewal that a sign-in stopped, also where the store fails just then', async () => {
  const { store, faults } = faultyStore();
  const world = await signedIn({ store });
  world.clock.jump(LIFETIME_MS);
  track(world.request());
  await world.rest();
  await world.session.signIn(tokensNumber(5));
  faults.read = 'rejects';
  await world.refresh.answer();
  expect(world.typesOf('refresh-failed')).toEqual([]);
  expect(world.session.snapshot()).not.toHaveProperty('failure');
});

it('adopts, once its own renewal failed, what another session made meanwhile', async () => {
  const store = memoryStore<Tokens>();
  const clock = manualClock();
  const one = await signedIn({ store, retry: { baseMs: 10_000 } }, tokensNumber(1), clock);
  const two = setUp({ store }, clock);
  clock.jump(LIFETIME_MS);
  const controller = new AbortController();
  track(one.request({ signal: controller.signal }));
  await one.rest();
  await one.refresh.fail({ status: 503 });
  controller.abort(new Error('left'));
  track(two.request());
  await two.rest();
  await two.refresh.answer();
  await clock.advance(20_000);
  expect(one.session.current()).toEqual(tokensNumber(2));
  expect(one.typesOf('refresh-failed', 'adopted')).toEqual(['refresh-failed', 'adopted']);
});
