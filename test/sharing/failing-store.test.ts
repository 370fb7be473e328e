import { describe, expect, it } from 'vitest';
import { renewed, type SessionRecord } from '../../src/session/state/record.js';
import {
  LIFETIME_MS,
  REFUSED,
  setUp,
  signedIn,
  tokensNumber,
  track,
  type Tokens,
} from '../session/set-up.js';
import { faultyStore } from './faulty-store.js';
import { LEASE_MS } from './support.js';

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

  it('makes a refresh of what it could not read when it heals', async () => {
    const { memory, store, faults, hint } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'rejects';
    hint();
    await world.rest();
    expect(world.typesOf('store-failed')).toHaveLength(1);
    expect(world.session.current()).toEqual(tokensNumber(1));
    faults.read = undefined;
    const record = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(record, renewed(record, tokensNumber(4), world.clock.now()));
    hint('a record was not readable');
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
