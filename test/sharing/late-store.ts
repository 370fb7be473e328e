import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import type { Tokens } from '../session/set-up.js';
import { deferred, type Deferred } from '../support/deferred.js';

/** A store that does at once what it is asked, and tells of it; whether it also answers at once is up to the test. */
export function lateStore() {
  const memory = memoryStore<Tokens>();
  const late = { reads: false, writes: false };
  /** The answers that are held back, the oldest first. */
  const answers: Deferred[] = [];
  async function answer<Value>(value: Value, isLate: boolean): Promise<Value> {
    if (isLate) {
      const gate = deferred();
      answers.push(gate);
      await gate.promise;
    }
    return value;
  }
  const store: TokenStore<Tokens> = {
    ...memory,
    read: async () => await answer(await memory.read(), late.reads),
    compareAndSet: async (expected, next) =>
      await answer(await memory.compareAndSet(expected, next), late.writes),
  };
  return { memory, store, late, answers };
}
