import { sameVersion, type SessionRecord } from '../../../src/session/state/record.js';
import type { TokenStore } from '../../../src/sharing/token-store.js';
import type { StoreSuiteTokens } from '../../../src/testing/index.js';
import { deferred } from '../../support/deferred.js';

export type Store = TokenStore<StoreSuiteTokens>;
export type Record = SessionRecord<StoreSuiteTokens>;
type Exclusive = NonNullable<Store['exclusive']>;

/** A place that gets everything right, in the plainest way; each test breaks one thing of it. */
export type Place = {
  text: string | null;
  readonly listeners: Set<() => void>;
  readonly queues: Map<number, Promise<unknown>>;
  writers: number;
};

export const emptyPlace = (): Place => ({ text: null, listeners: new Set(), queues: new Map(), writers: 0 });

export const parse = (text: string | null): Record | null =>
  text === null ? null : (JSON.parse(text) as Record);

export function tell(listeners: Iterable<() => void>): void {
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch {
      // Of no concern to anybody else.
    }
  }
}

export function rightStore(place: Place): Required<Store> {
  return {
    read: () => Promise.resolve(parse(place.text)),
    compareAndSet(expected, next) {
      if (!sameVersion(parse(place.text), expected)) return Promise.resolve(false);
      place.text = JSON.stringify(next);
      tell(place.listeners);
      return Promise.resolve(true);
    },
    exclusive: queueOn((fence) => fence, place),
    subscribe(listener) {
      const heard = (): void => listener();
      place.listeners.add(heard);
      return () => void place.listeners.delete(heard);
    },
  };
}

/** Locks under the name that a fence is given. */
export function queueOn(lockOf: (fence: number) => number, { queues }: Place): Exclusive {
  return async (fence, task, { signal }) => {
    const name = lockOf(fence);
    const before = queues.get(name);
    const mine = deferred();
    queues.set(name, Promise.allSettled([before, mine.promise]));
    try {
      await Promise.race([before, aborted(signal)]);
      signal.throwIfAborted();
      return await task();
    } finally {
      mine.resolve();
    }
  };
}

export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

export const laterTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
