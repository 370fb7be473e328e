import { describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.js';
import { expired, LIFETIME_MS, signedIn, times, track, type Tokens } from './set-up.js';

describe('failures that are shared', () => {
  it('an old failure is not shared because later background refreshes were declined', async () => {
    const world = await signedIn({ refreshTimeoutMs: 1_000 });
    const answered = deferred();
    const slow = track(
      world.session.guard(async (tokens) => {
        if (tokens?.accessToken === 'access-1-secret') await answered.promise;
        return { status: tokens?.accessToken === 'access-1-secret' ? 401 : 200 };
      }),
    );
    world.clock.jump(LIFETIME_MS - 300_000);
    // The answer of a background refresh is lost.
    await world.request();
    await world.rest();
    await world.clock.advance(1_000);
    expect(world.typesOf('refresh-failed')).toHaveLength(1);
    // Well beyond its cool-down and the grace; ordinary traffic goes on, and its background refreshes are declined.
    for (let n = 0; n < 10; n++) {
      world.clock.jump(11_000);
      await world.request();
      await world.rest();
    }
    expect(world.refreshes).toHaveLength(1);
    answered.resolve();
    await world.rest();
    expect(slow.reason).toBeUndefined();
    expect(world.refreshes).toHaveLength(2);
    await world.refresh.answer();
    expect(slow.value).toEqual({ status: 200 });
  });

  it('rejections under way share the failure of a strict server (reuseGraceMs 0) as well', async () => {
    let calls = 0;
    const world = await signedIn({
      reuseGraceMs: 0,
      refresh: () => {
        calls++;
        // What a browser's fetch says when it is offline.
        return Promise.reject(new TypeError('Failed to fetch'));
      },
    });
    world.dead.add('access-1-secret');
    const slow = times(20, () => world.slowRequest());
    const replies = slow.map(({ reply }) => track(reply));
    for (const { answer } of slow) {
      answer();
      await world.clock.advance(10);
    }
    expect(replies.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toBe(1);
  });
});

describe('close()', () => {
  it('leaves no timer of a question that nobody answers', async () => {
    const world = await expired({ onExpired: () => new Promise<Tokens | null>(() => {}) });
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail({ status: 400 });
    expect(held.status).toBe('pending');
    world.session.close();
    expect(world.clock.timers).toBe(0);
  });
});
