import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock, type ManualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, setUp, tokensNumber, track, type Tokens } from '../session/set-up.js';
import { after } from '../support/after.js';

/** A store whose writes take `writeMs`. */
function slowStore(clock: ManualClock, delay: { writeMs: number }): TokenStore<Tokens> {
  const { read, compareAndSet } = memoryStore<Tokens>();
  return {
    read,
    async compareAndSet(expected, next) {
      const { writeMs } = delay;
      await after(clock, writeMs / 2);
      const isDone = compareAndSet(expected, next);
      await after(clock, writeMs / 2);
      return isDone;
    },
  };
}

describe('a slow store', () => {
  it('costs one more claim, whose lease is longer, and then there is a refresh', async () => {
    const clock = manualClock();
    const delay = { writeMs: 0 };
    const world = setUp({ store: slowStore(clock, delay), refreshTimeoutMs: 1_000 }, clock);
    const signingIn = world.session.signIn(tokensNumber(1));
    await clock.advance(0);
    await signingIn;
    clock.jump(LIFETIME_MS);
    delay.writeMs = 600;
    const request = track(world.request());
    await clock.advance(2_000);
    expect(world.refreshes).toHaveLength(1);
    await world.refresh.answer();
    await clock.advance(1_000);
    expect(request.value).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('is given the time that its claim says by those who wait for it', async () => {
    const clock = manualClock();
    const delay = { writeMs: 0 };
    const store = slowStore(clock, delay);
    const world = setUp({ store, refreshTimeoutMs: 1_000 }, clock);
    const signingIn = world.session.signIn(tokensNumber(1));
    await clock.advance(0);
    await signingIn;
    clock.jump(LIFETIME_MS);
    delay.writeMs = 900;
    const other = setUp({ store, refreshTimeoutMs: 1_000 }, clock);
    await other.session.ready;
    const requests = [track(world.request())];
    // Its second claim stands in the store from 2,250 ms on, and it knows that at 2,700 ms.
    await clock.advance(2_300);
    requests.push(track(other.request()));
    await clock.advance(1_350);
    expect(world.refreshes).toHaveLength(1);
    await world.refresh.answer();
    await clock.advance(3_000);
    for (const { value } of requests) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(other.refreshes).toHaveLength(0);
  });

  it('that gets slower with every claim ends in an error that says so', async () => {
    const clock = manualClock();
    const delay = { writeMs: 0 };
    const store = slowStore(clock, delay);
    const world = setUp(
      {
        store: {
          read: store.read,
          compareAndSet(expected, next) {
            // Always a little more than the lease of this claim has room for.
            if (next.claim) delay.writeMs = next.claim.until - next.claim.claimedAt - 900;
            else delay.writeMs = 0;
            return store.compareAndSet(expected, next);
          },
        },
        refreshTimeoutMs: 1_000,
        retry: { limit: 0 },
      },
      clock,
    );
    const signingIn = world.session.signIn(tokensNumber(1, { expiresIn: 1 }));
    await clock.advance(0);
    await signingIn;
    clock.jump(1_000);
    const request = track(world.request());
    await clock.advance(10_000);
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    expect((request.reason as Error).message).toContain('the store takes too long to answer');
    expect(world.refreshes).toHaveLength(0);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'refresh-failed', error: 'StoreTooSlow' }),
    );
  });
});
