import type { Awaitable } from '../../session/platform/awaitable.js';
import type { TokenStore } from '../../sharing/token-store.js';

/** The tokens that the suite keeps in a store: plain data of every kind that JSON knows. */
export type StoreSuiteTokens = { readonly [name: string]: unknown };

/** One place that records are kept in, for one case: a file, a database, a key. */
export interface StoreSuitePlace {
  /**
   * Another handle on this place, as another tab or process would have it. A store that lives in one object returns
   * that object each time.
   */
  open(): Awaitable<TokenStore<StoreSuiteTokens>>;
  /** Tidies up after the case. */
  close?(): Awaitable<void>;
}

/** What a store may do without. */
export type StoreSuiteExtra = 'exclusive' | 'subscribe';

export interface StoreSuiteOptions {
  /** Makes a place that is empty and that nobody else uses. Called by each case. */
  make(): Awaitable<StoreSuitePlace>;
  /**
   * What this store does not offer. It is reported as such by a case of its own, which fails where the store has it all
   * the same; what is neither offered nor listed here fails too.
   * @default none
   */
  without?: readonly StoreSuiteExtra[];
  /**
   * How long one operation may take, in milliseconds, before it counts as hanging. A store far away needs more; keep it
   * below the deadline of your test runner.
   * @default 1_500
   */
  patienceMs?: number;
}

/** One thing that a store has to get right. */
export interface StoreSuiteCase {
  readonly name: string;
  /** Resolves when the store got it right. @throws an `Error` that says what was expected and what came */
  run(): Promise<void>;
}
