import type { Awaitable } from '../session/platform/awaitable.js';
import type { SessionRecord } from '../session/state/record.js';

/**
 * Where the record of several sessions lives. Its scope, a page, an origin, a machine or a fleet, decides how far a refresh
 * is single. Two operations are enough; the other two make it faster.
 *
 * A store of your own goes into `createSession()` as `store: sharedStore(mine)`, and has to pass `storeSuite()` of
 * `holdfast/testing`. Nobody changes what it keeps by changing what was handed in or out.
 */
export interface TokenStore<T> {
  /** The record, or null before the first sign-in. */
  read(): Awaitable<SessionRecord<T> | null>;
  /**
   * Replaces the record if its generation and fence are still those of `expected` (null: if there is none), and says
   * whether it did: false when somebody wrote first. It must be atomic at the store's scope. `expected` is a copy of what
   * `read` handed out: only those two counters tell whether it is the same.
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
