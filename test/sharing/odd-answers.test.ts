import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { setUp, signedIn, tokensNumber, type Tokens } from '../session/set-up.js';

describe('a store that answers with something else than a record', () => {
  it('is empty where that is undefined', async () => {
    const { read, compareAndSet } = memoryStore<Tokens>();
    for (const answer of [() => undefined as never, async () => undefined as never]) {
      let isFirst = true;
      const store: TokenStore<Tokens> = {
        read: () => (isFirst ? ((isFirst = false), answer()) : read()),
        compareAndSet,
      };
      const world = setUp({ store });
      await world.session.ready;
      expect(world.session.snapshot().status).toBe('signed-out');
      expect(await world.request()).toEqual({ status: 401, token: null });
      expect(world.typesOf('store-failed')).toEqual([]);
    }
  });

  it('has undefined for nothing at every read', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({
      store: { ...memory, read: () => (memory.read() ?? undefined) as never },
    });
    expect(await world.request()).toMatchObject({ status: 200 });
    await world.session.signOut();
    expect(world.session.current()).toBeNull();
  });

  it.each([{}, 'a text', 7, { tokens: {} }])('counts as one that failed: %j', async (garbage) => {
    const world = setUp({ store: { read: () => garbage as never, compareAndSet: () => false } });
    await world.session.ready;
    expect(world.session.snapshot().status).toBe('signed-out');
    await world.session.signIn(tokensNumber(1));
    expect(await world.request()).toMatchObject({ status: 200, token: 'access-1-secret' });
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'store-failed', problem: 'NotARecord' }),
    );
    world.session.close();
  });
});
