import { isPlain } from './plain-tokens.js';
import { callSafely } from './call-safely.js';
import { sameVersion, type SessionRecord } from './record.js';

export type Awaitable<Value> = Value | PromiseLike<Value>;

/**
 * Where the record of a session lives. Its scope, a page, an origin, a machine or a fleet, decides how far a refresh
 * is single. Two operations are enough; the other two make it faster.
 *
 * A store of your own has to pass `storeSuite()` of `holdfast/testing`. Nobody changes what it keeps by changing what was
 * handed in or out.
 */
export interface TokenStore<T> {
  /** The record, or null before the first sign-in. */
  read(): Awaitable<SessionRecord<T> | null>;
  /**
   * Replaces the record if its generation and fence are still those of `expected` (null: if there is none), and says
   * whether it did: false when somebody wrote first. It must be atomic at the store's scope.
   */
  compareAndSet(expected: SessionRecord<T> | null, next: SessionRecord<T>): Awaitable<boolean>;
  /**
   * Runs `task` while nobody else at this scope runs one for the same `fence`, and settles as the task does; a holder
   * that dies lets go. When `signal` aborts before the task has begun, it gives up and rejects, and the task never runs.
   * It adds no safety, only speed: it tells at once that the holder of a claim is gone.
   */
  exclusive?<R>(fence: number, task: () => Promise<R>, options: { signal: AbortSignal }): Promise<R>;
  /**
   * Calls `listener` after somebody else changed the record, and returns its undo. A hint: the record is always read
   * again. What a listener throws harms nobody. A store that had to help itself says so through `problem`, which becomes
   * a `store-failed` event. `missed` says that changes may have gone unheard, as in a page that was frozen: nothing is
   * sent until the record was read.
   */
  subscribe?(listener: (problem?: string, missed?: boolean) => void): () => void;
}

/**
 * Keeps the record in a variable: one session object, one page or process. The default; also right for a server that
 * makes one session a request, and in tests.
 *
 * Hand one store to several sessions of a process and their refreshes are single across them.
 */
export function memoryStore<T>(): TokenStore<T> {
  let record: SessionRecord<T> | null = null;
  const listeners = new Set<() => void>();
  return {
    read: () => copyOf(record),
    compareAndSet(expected, next) {
      if (!sameVersion(record, expected)) return false;
      record = copyOf(next);
      for (const listener of [...listeners]) listener();
      return true;
    },
    subscribe(listener) {
      const heard = (): void => callSafely(listener);
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
  };
}

/** Plain data anew, so that nobody changes what a store keeps; what is no plain data stays the same object. */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, copyOf(field)])) as Value;
}
