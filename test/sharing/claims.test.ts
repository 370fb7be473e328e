import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import {
  expired,
  LIFETIME_MS,
  refreshAhead,
  setUp,
  signedIn,
  tokensNumber,
  track,
  type Tokens,
} from '../session/set-up.js';
import { deferred } from '../support/deferred.js';
import { faultyStore } from './faulty-store.js';
import { deadClaim, silent } from './support.js';

describe('a claim', () => {
  it('of another session is left alone when the own one fails', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    const writing = deferred<boolean>();
    let isArmed = false;
    const failing: TokenStore<Tokens> = {
      read: memory.read,
      compareAndSet(expected, next) {
        if (!isArmed || next.claim === null) return memory.compareAndSet(expected, next);
        isArmed = false;
        return writing.promise;
      },
    };
    const one = await signedIn({ store: failing }, tokensNumber(1), clock);
    const two = setUp({ store: silent(memory) }, clock);
    clock.jump(LIFETIME_MS);
    isArmed = true;
    track(one.request());
    await one.rest();
    track(two.request());
    await two.rest();
    writing.reject(new Error('transient'));
    await one.rest();
    track(one.request());
    await one.rest();
    expect([one.refreshes.length, two.refreshes.length]).toEqual([0, 1]);
    await two.refresh.answer();
    await clock.advance(250);
    expect(one.session.current()).toEqual(tokensNumber(2));
  });

  it('is waited for by its lease, also where the clock is set back meanwhile', async () => {
    const { store } = faultyStore();
    const world = await expired({ store: silent(store) });
    await deadClaim(store, world);
    track(world.request());
    await world.clock.advance(1_000);
    world.clock.jump(-10_000_000);
    await world.clock.advance(45_500);
    expect(world.refreshes).toHaveLength(1);
  });
});

describe('a renewal ahead of time', () => {
  it('leaves a refresh ahead of time to whoever has begun it, as long as that may be alive', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({ store: memory, reuseGraceMs: Infinity });
    const record = await memory.read();
    if (record === null) throw new Error('expected a record');
    const sentAt = world.clock.now() + LIFETIME_MS - 220_000;
    const claim = { fence: 1, claimedAt: sentAt, until: sentAt + 30_000, locked: false };
    await memory.compareAndSet(record, { ...record, fence: 1, claim });
    await refreshAhead(world);
    expect(world.refreshes).toHaveLength(0);
    expect(world.session.snapshot().refreshing).toBe(false);
    await world.clock.advance(10_000);
    await world.request();
    await world.rest();
    await world.refresh.answer();
    expect(await world.request()).toMatchObject({ token: 'access-2-secret' });
  });
});
