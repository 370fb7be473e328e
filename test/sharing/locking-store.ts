import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import type { Tokens } from '../session/set-up.js';
import { deferred } from '../support/deferred.js';

/** Locks by fence over a memory store. */
export function lockingStore() {
  const memory = memoryStore<Tokens>();
  const locks = new Map<number, Promise<unknown>>();
  const taken: number[] = [];
  const signals: AbortSignal[] = [];
  const store: TokenStore<Tokens> = {
    ...memory,
    async exclusive(fence, task, { signal }) {
      signals.push(signal);
      const before = locks.get(fence);
      const freed = deferred();
      locks.set(fence, freed.promise);
      await before;
      try {
        if (signal.aborted) throw signal.reason;
        taken.push(fence);
        return await task();
      } finally {
        freed.resolve();
      }
    },
  };
  return {
    memory,
    store,
    taken,
    signals,
    /** Somebody takes the lock of a claim, and is frozen with it. */
    freezeWithLock(fence: number): void {
      const held = deferred();
      const { signal } = new AbortController();
      void store.exclusive?.(fence, () => held.promise, { signal });
    },
  };
}
