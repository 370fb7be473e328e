import type { StoreSuiteCase, StoreSuiteExtra, StoreSuiteOptions } from './store-suite/contract.js';
import { EXCLUSIVE_CASES } from './store-suite/exclusive.js';
import { MANY_WRITERS_CASES } from './store-suite/many-writers.js';
import { ONE_WRITER_CASES } from './store-suite/one-writer.js';
import { checkOffer, inScene, type SceneCase } from './store-suite/scene.js';
import { SUBSCRIBE_CASES } from './store-suite/subscribe.js';

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
  const cases = [...ONE_WRITER_CASES, ...MANY_WRITERS_CASES];
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
