import { sameVersion } from '../../../../src/session/state/record.js';
import { CASE } from '../case-names.js';
import { parse, tell } from '../right-store.js';
import type { Broken } from './broken.js';

/** Stores that get hints wrong. */
export const BROKEN_SUBSCRIBE: Broken[] = [
  [
    'tells nobody',
    (right) => ({ ...right, subscribe: () => () => {} }),
    CASE.heard,
    CASE.undone,
    CASE.throwing,
  ],
  [
    'tells before it has written',
    (right, place) => ({
      ...right,
      async compareAndSet(expected, next) {
        if (!sameVersion(parse(place.text), expected)) return false;
        tell(place.listeners);
        place.text = await Promise.resolve(JSON.stringify(next));
        return true;
      },
    }),
    CASE.heard,
  ],
  [
    'cannot undo a subscription',
    (right) => ({
      ...right,
      subscribe(listener) {
        right.subscribe(listener);
        return () => {};
      },
    }),
    CASE.undone,
  ],
  [
    'lets a listener that throws fail the write',
    (right, place) => ({
      ...right,
      async compareAndSet(expected, next) {
        const listeners = [...place.listeners];
        place.listeners.clear();
        const isWon = await right.compareAndSet(expected, next);
        for (const listener of listeners) place.listeners.add(listener);
        if (isWon) for (const listener of listeners) listener();
        return isWon;
      },
    }),
    CASE.throwing,
  ],
  [
    'has no hints, and nobody said so',
    ({ read, compareAndSet, exclusive }) => ({ read, compareAndSet, exclusive }),
    CASE.subscribe,
    CASE.heard,
  ],
];
