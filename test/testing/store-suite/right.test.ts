import { describe, expect, test } from 'vitest';
import { storeSuite, type StoreSuitePlace } from '../../../src/testing/index.js';
import { CASE } from './case-names.js';
import { casesOf, failuresOf } from './failures.js';
import { emptyPlace, rightStore, type Record, type Store } from './right-store.js';

describe('storeSuite() with a store that gets everything right', () => {
  const make = (): StoreSuitePlace => {
    const place = emptyPlace();
    return { open: () => rightStore(place) };
  };

  test.each(storeSuite({ make }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  test('has one case for each name', () => {
    const names = storeSuite({ make }).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.values(CASE).sort());
  });

  test('closes every place that it made, whatever came of the case', async () => {
    let open = 0;
    const closing = (breakIt: (store: Store) => Store) => (): StoreSuitePlace => {
      const place = emptyPlace();
      open++;
      return { open: () => breakIt(rightStore(place)), close: () => void open-- };
    };
    expect(await failuresOf(storeSuite({ make: closing((store) => store) }))).toEqual(new Map());
    expect(open).toBe(0);
    const forgetful = closing((store) => ({ ...store, read: () => Promise.resolve(null) }));
    expect((await failuresOf(casesOf(forgetful))).size).toBeGreaterThan(5);
    const full = closing((store) => ({ ...store, read: () => Promise.resolve({} as Record) }));
    expect((await failuresOf(casesOf(full))).has(CASE.close)).toBe(true);
    expect(open).toBe(0);
  });
});
