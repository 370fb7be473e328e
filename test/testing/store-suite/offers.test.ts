import { describe, expect, test } from 'vitest';
import { storeSuite, type StoreSuitePlace } from '../../../src/testing/index.js';
import { failuresOf, PATIENCE_MS } from './failures.js';
import { emptyPlace, rightStore } from './right-store.js';

describe('what a store does not offer', () => {
  const make = (): StoreSuitePlace => {
    const { read, compareAndSet } = rightStore(emptyPlace());
    return { open: () => ({ read, compareAndSet }) };
  };

  test('is reported by name, and its cases are left out', async () => {
    const cases = storeSuite({ make, without: ['exclusive', 'subscribe'], patienceMs: PATIENCE_MS });
    const names = cases.map(({ name }) => name).filter((name) => /^(exclusive|subscribe)/.test(name));
    expect(names).toEqual(['exclusive: not offered', 'subscribe: not offered']);
    expect(await failuresOf(cases)).toEqual(new Map());
  });

  test('is held against a store that offers it all the same', async () => {
    const cases = storeSuite({
      make: () => ({ open: () => rightStore(emptyPlace()) }),
      without: ['exclusive', 'subscribe'],
    });
    const failures = await failuresOf(cases.filter(({ name }) => name.endsWith('not offered')));
    expect([...failures.values()]).toEqual([
      'expected no `exclusive`, as `without` says, got function',
      'expected no `subscribe`, as `without` says, got function',
    ]);
  });

  test('has to be a thing that a store may do without', () => {
    expect(() => storeSuite({ make, without: ['read'] as never })).toThrow(
      "expected `without` to list 'exclusive' or 'subscribe', got 'read'",
    );
  });
});
