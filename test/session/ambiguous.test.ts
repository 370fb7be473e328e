import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import {
  expired,
  LIFETIME_MS,
  REFUSED,
  signedIn,
  tokensNumber,
  track,
  type Tokens,
  refreshAhead,
} from './set-up.js';

const RESET = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

describe('a refresh whose answer was lost', () => {
  it('presents the same refresh token again with the next request', async () => {
    const world = await expired();
    const first = track(world.request());
    await world.rest();
    await world.refresh.fail(RESET);
    expect(first.reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
    const second = world.request();
    await world.rest();
    expect(world.refresh.tokens).toEqual(tokensNumber(1));
    await world.refresh.answer();
    expect(await second).toMatchObject({ status: 200 });
  });

  it('ends as refresh-lost when the server refuses the earlier refresh token afterwards', async () => {
    const world = await expired();
    track(world.request());
    await world.rest();
    await world.refresh.fail(RESET);
    const second = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(second.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-lost' });
    expect(world.session.snapshot().endedBy).toBe('refresh-lost');
  });

  it('is marked in the record, from when it was sent', async () => {
    const store = memoryStore<Tokens>();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    const sentAt = world.clock.now();
    track(world.request());
    await world.clock.advance(30_000);
    expect(await store.read()).toMatchObject({ lostAt: sentAt, claim: null });
    track(world.request());
    await world.clock.advance(30_000);
    expect(await store.read()).toMatchObject({ lostAt: sentAt });
  });

  it('is repeated in the background while the grace of the server lasts', async () => {
    const world = await signedIn({ reuseGraceMs: 10_000 });
    await refreshAhead(world);
    await world.refresh.fail(RESET);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
    await world.clock.advance(5_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    await world.refresh.answer();
    expect(world.session.current()).toEqual(tokensNumber(2));
  });

  it('is not repeated after the grace before the access token has come to its end', async () => {
    const world = await signedIn({ reuseGraceMs: 0 });
    await refreshAhead(world);
    await world.refresh.fail(RESET);
    for (let n = 0; n < 4; n++) {
      await world.clock.advance(11_000);
      expect(await world.request()).toMatchObject({ token: 'access-1-secret' });
      await world.rest();
    }
    expect(world.refreshes).toHaveLength(1);
    await world.clock.advance(200_000);
    const last = track(world.request());
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    await world.refresh.fail(REFUSED);
    expect(last.reason).toMatchObject({ reason: 'refresh-lost' });
  });

  it('reads the store no more than once in a while for a refresh that waits for the end', async () => {
    let reads = 0;
    const memory = memoryStore<Tokens>();
    const store = { ...memory, read: () => (reads++, memory.read()) };
    const world = await signedIn({ store, reuseGraceMs: 0 });
    await refreshAhead(world);
    await world.refresh.fail(RESET);
    await world.rest();
    reads = 0;
    for (let n = 0; n < 50; n++) await world.request();
    await world.rest();
    expect(reads).toBeLessThan(3);
  });

  it('is repeated without an end on a server that does not rotate', async () => {
    const world = await signedIn({ reuseGraceMs: Infinity });
    await refreshAhead(world);
    await world.refresh.fail(RESET);
    await world.clock.advance(60_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
  });
});
