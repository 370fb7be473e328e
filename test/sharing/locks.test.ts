import { describe, expect, it } from 'vitest';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { refreshAhead, signedIn, tokensNumber, type Tokens } from '../session/set-up.js';
import { deferred } from '../support/deferred.js';
import { lockingStore } from './locking-store.js';
import { deadClaim } from './support.js';

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

  const broken = new Error('no lock service');
  function throwsAtOnce(): never {
    throw broken;
  }

  it.each([
    ['fails', () => Promise.reject(broken)],
    ['throws', throwsAtOnce],
  ])('cost nothing but speed where the lock service %s', async (_, exclusive) => {
    const world = await signedIn({ store: { ...memoryStore<Tokens>(), exclusive } });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(2));
  });

  it.each([
    ['fails', () => Promise.reject(broken)],
    ['grants nothing', () => Promise.resolve()],
  ])('do not have the store read without a rest where their service %s', async (_, exclusive) => {
    const memory = memoryStore<Tokens>();
    let reads = 0;
    const read = (): ReturnType<typeof memory.read> => (reads++, memory.read());
    const world = await signedIn({ store: { ...memory, read, exclusive: exclusive as never } });
    await deadClaim(memory, world, true);
    void world.session.refresh();
    reads = 0;
    await world.clock.advance(10_000);
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThan(100);
  });

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

describe('a refresh whose answer was lost', () => {
  it('is not repeated where the grace ends while it waits for a lock', async () => {
    const unlocked = deferred();
    const store: TokenStore<Tokens> = {
      ...memoryStore<Tokens>(),
      async exclusive(_, task) {
        if (world.refreshes.length > 0) await unlocked.promise;
        return await task();
      },
    };
    const world = await signedIn({ store, reuseGraceMs: 10_000 });
    await refreshAhead(world);
    await world.refresh.fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    await world.request();
    await world.clock.advance(5_000);
    await world.request();
    await world.rest();
    await world.clock.advance(6_000);
    unlocked.resolve();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
  });
});
