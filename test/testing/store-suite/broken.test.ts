import { describe, expect, test } from 'vitest';
import { storeSuite, type StoreSuitePlace } from '../../../src/testing/index.js';
import { atLeastOne } from '../../support/at-least-one.js';
import { BROKEN_EXCLUSIVE } from './broken/exclusive.js';
import { BROKEN_MANY_WRITERS } from './broken/many-writers.js';
import { BROKEN_ONE_WRITER } from './broken/one-writer.js';
import { BROKEN_SUBSCRIBE } from './broken/subscribe.js';
import { CASE } from './case-names.js';
import { casesOf, failuresOf, PATIENCE_MS } from './failures.js';
import { emptyPlace, rightStore } from './right-store.js';

const BROKEN = [...BROKEN_ONE_WRITER, ...BROKEN_MANY_WRITERS, ...BROKEN_EXCLUSIVE, ...BROKEN_SUBSCRIBE];

describe('storeSuite() finds out a store that', () => {
  test.each(BROKEN)('%s', async (_what, breakIt, ...caughtBy) => {
    const make = (): StoreSuitePlace => {
      const place = emptyPlace();
      return { open: () => breakIt(rightStore(place), place) };
    };
    const failures = await failuresOf(casesOf(make));
    expect([...failures.keys()]).toEqual(expect.arrayContaining(caughtBy));
    for (const message of atLeastOne(failures.values())) {
      expect(message).toMatch(/^expected [^]+, got [^]+/);
      expect(message).not.toMatch(/access-|refresh-|🔑/);
    }
  });

  test('has two places in one', async () => {
    const place = emptyPlace();
    const failures = await failuresOf(
      casesOf(() => ({ open: () => rightStore(place) })).filter(({ name }) => name === CASE.close),
    );
    expect(failures.get(CASE.close)).toMatch(/^expected a new place to be empty, got /);
  });

  test.each([
    [
      'cannot be made',
      () => Promise.reject(new RangeError('access-secret')),
      'make() to answer, got RangeError',
    ],
    [
      'cannot be opened',
      () => ({ open: () => Promise.reject(new RangeError('no')) }),
      'open() to answer, got RangeError',
    ],
    [
      'cannot be closed',
      () => ({ open: () => rightStore(emptyPlace()), close: () => Promise.reject(new RangeError('no')) }),
      'close() to answer, got RangeError',
    ],
    [
      'hangs when it is closed',
      () => ({ open: () => rightStore(emptyPlace()), close: () => new Promise<void>(() => {}) }),
      'close() to answer, got nothing',
    ],
  ])('%s', async (_what, make, message) => {
    const failures = await failuresOf(storeSuite({ make, patienceMs: PATIENCE_MS }).slice(0, 1));
    expect(failures.get(CASE.empty)).toContain(`expected ${message}`);
  });

  test('every case is one that some store fails', () => {
    const caught = new Set([...BROKEN.flatMap(([, , ...names]) => names), CASE.close]);
    expect([...caught].sort()).toEqual(Object.values(CASE).sort());
  });
});
