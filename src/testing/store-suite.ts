import type { Awaitable } from '../session/awaitable.js';
import type { TokenStore } from '../sharing/token-store.js';
import { CONTENTION_CASES } from './store-suite-contention.js';
import { CONTRACT_CASES } from './store-suite-contract.js';
import { EXCLUSIVE_CASES } from './store-suite-exclusive.js';
import { checkOffer, inScene, type SceneCase } from './store-suite-scene.js';
import { SUBSCRIBE_CASES } from './store-suite-subscribe.js';

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

/**
 * The suite that every `TokenStore` has to pass, as cases for the test runner you have. Write a store of your own
 * against it: what a store gets wrong here ends in two refreshes where there should be one, or in lost tokens.
 *
 * No message of it holds a token.
 *
 * @example
 * ```ts
 * // vitest; the same with jest, and with the `it` of mocha.
 * import { storeSuite } from 'holdfast/testing';
 * import { webStore } from 'holdfast/web';
 * import { describe, test } from 'vitest';
 *
 * let places = 0;
 * const cases = storeSuite({
 *   make() {
 *     const key = `place ${++places}`;
 *     return { open: () => webStore({ key }) };
 *   },
 * });
 *
 * describe('webStore', () => {
 *   for (const { name, run } of cases) test(name, run);
 * });
 * ```
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { memoryStore } from 'holdfast';
 * import { storeSuite, type StoreSuiteTokens } from 'holdfast/testing';
 *
 * const cases = storeSuite({
 *   make() {
 *     const store = memoryStore<StoreSuiteTokens>();
 *     return { open: () => store };
 *   },
 *   without: ['exclusive'],
 * });
 *
 * for (const { name, run } of cases) test(name, run);
 * ```
 */
export function storeSuite({ make, without = [], patienceMs = 1_500 }: StoreSuiteOptions): StoreSuiteCase[] {
  const missing = new Set<string>(without);
  const extras: Record<StoreSuiteExtra, readonly SceneCase[]> = {
    exclusive: EXCLUSIVE_CASES,
    subscribe: SUBSCRIBE_CASES,
  };
  const cases = [...CONTRACT_CASES, ...CONTENTION_CASES];
  for (const [extra, itsCases] of Object.entries(extras)) {
    const name = extra as StoreSuiteExtra;
    const isMissing = missing.delete(name);
    cases.push(checkOffer(name, !isMissing), ...(isMissing ? [] : itsCases));
  }
  for (const unknown of missing) {
    throw new TypeError(`expected \`without\` to list 'exclusive' or 'subscribe', got '${unknown}'`);
  }
  return cases.map(({ name, play }) => ({ name, run: () => inScene(make, patienceMs, play) }));
}
