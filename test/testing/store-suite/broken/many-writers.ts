import { sameVersion } from '../../../../src/session/state/record.js';
import { CASE } from '../case-names.js';
import { laterTurn, parse, tell } from '../right-store.js';
import type { Broken } from './broken.js';

/** Stores that many writers at once find out. */
export const BROKEN_MANY_WRITERS: Broken[] = [
  [
    'checks first and writes later',
    (right, place) => ({
      ...right,
      async compareAndSet(expected, next) {
        if (!sameVersion(parse(place.text), expected)) return false;
        await laterTurn();
        place.text = JSON.stringify(next);
        tell(place.listeners);
        return true;
      },
    }),
    CASE.winner,
    CASE.contention,
  ],
  [
    'lets the last writer of a turn win',
    (right, place) => ({
      ...right,
      async compareAndSet(expected, next) {
        if (!sameVersion(parse(place.text), expected)) return false;
        await laterTurn();
        place.text = JSON.stringify(next);
        await laterTurn();
        return place.text === JSON.stringify(next);
      },
    }),
    CASE.contention,
  ],
  [
    'refuses everybody when several write at once',
    (right, place) => ({
      ...right,
      async compareAndSet(expected, next) {
        place.writers++;
        await laterTurn();
        const isAlone = place.writers === 1;
        await laterTurn();
        place.writers--;
        return isAlone && right.compareAndSet(expected, next);
      },
    }),
    CASE.winner,
    CASE.contention,
  ],
];
