import type { SessionRecord } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import type { Tokens } from '../session/set-up.js';
import { deferred, type Deferred } from '../support/deferred.js';

/** A store whose operations wait until the test lets them go. */
export function steppedStore() {
  const memory = memoryStore<Tokens>();
  const waiting: Deferred[] = [];
  const later = <Value>(operation: () => Value): Promise<Value> => {
    const turn = deferred();
    waiting.push(turn);
    return turn.promise.then(operation);
  };
  const step = (): void => waiting.shift()?.resolve();
  const store: TokenStore<Tokens> = {
    read: () => later(() => memory.read() as SessionRecord<Tokens> | null),
    compareAndSet: (expected, next) => later(() => memory.compareAndSet(expected, next) as boolean),
  };
  return {
    memory,
    store,
    /** Lets the oldest operation happen. */
    step,
    async drain() {
      for (let idle = 0; idle < 20; idle++) {
        await Promise.resolve();
        if (waiting.length > 0) idle = 0;
        step();
      }
    },
  };
}
