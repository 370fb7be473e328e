import { sameVersion, type SessionRecord } from './record.js';

export type Awaitable<Value> = Value | PromiseLike<Value>;

/**
 * Where the record of a session lives. Its scope, a page, an origin, a machine or a fleet, decides how far a refresh
 * is single. Two operations are enough; the other two make it faster.
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
   * Runs `task` while nobody else at this scope runs one for the same `fence`; a holder that dies lets go. When
   * `signal` aborts while it waits, it gives up and rejects. It adds no safety, only speed: it tells at once that the
   * holder of a claim is gone.
   */
  exclusive?<R>(fence: number, task: () => Promise<R>, options: { signal: AbortSignal }): Promise<R>;
  /**
   * Calls `listener` after somebody else changed the record, and returns its undo. A hint: the record is always read
   * again. A store that had to help itself says so through `problem`, which becomes a `store-failed` event. `missed`
   * says that changes may have gone unheard, as in a page that was frozen: nothing is sent until the record was read.
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
    read: () => record,
    compareAndSet(expected, next) {
      if (!sameVersion(record, expected)) return false;
      record = next;
      for (const listener of listeners) listener();
      return true;
    },
    subscribe(listener) {
      const heard = (): void => listener();
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}
