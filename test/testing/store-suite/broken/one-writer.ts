import { CASE } from '../case-names.js';
import { parse, type Record } from '../right-store.js';
import type { Broken } from './broken.js';

/** Stores that get reading or writing wrong, with one writer at a time. */
export const BROKEN_ONE_WRITER: Broken[] = [
  [
    'reads undefined where there is nothing',
    (right) => ({
      ...right,
      read: async () => (await right.read()) ?? (undefined as unknown as null),
    }),
    CASE.empty,
  ],
  [
    'rejects where there is nothing',
    (right, { text }) => ({
      ...right,
      read: () => (text === null ? Promise.reject(new RangeError('access-first-secret')) : right.read()),
    }),
    CASE.empty,
  ],
  [
    'never answers a read',
    (right) => ({ ...right, read: () => new Promise(() => {}) }),
    CASE.empty,
    CASE.contention,
  ],
  [
    'writes the first record over another',
    (right, place) => ({
      ...right,
      compareAndSet(expected, next) {
        if (expected === null) place.text = null;
        return right.compareAndSet(expected, next);
      },
    }),
    CASE.first,
  ],
  [
    'takes no record for any',
    (right, place) => ({
      ...right,
      compareAndSet: (expected, next) => right.compareAndSet(place.text === null ? null : expected, next),
    }),
    CASE.first,
  ],
  [
    'compares the fence alone',
    (right, place) => ({
      ...right,
      compareAndSet(expected, next) {
        const standing = parse(place.text);
        return right.compareAndSet(standing?.fence === expected?.fence ? standing : expected, next);
      },
    }),
    CASE.generation,
  ],
  [
    'compares the generation alone',
    (right, place) => ({
      ...right,
      compareAndSet(expected, next) {
        const standing = parse(place.text);
        return right.compareAndSet(standing?.generation === expected?.generation ? standing : expected, next);
      },
    }),
    CASE.fence,
  ],
  [
    'accepts only what is a newer generation',
    (right) => ({
      ...right,
      compareAndSet: async (expected, next) =>
        (expected?.generation ?? 0) < next.generation && right.compareAndSet(expected, next),
    }),
    CASE.fence,
    CASE.whole,
  ],
  [
    'compares the whole record',
    (right, place) => ({
      ...right,
      compareAndSet: async (expected, next) =>
        place.text === (expected && JSON.stringify(expected)) && right.compareAndSet(expected, next),
    }),
    CASE.version,
  ],
  [
    'writes what it refuses',
    (right, place) => ({
      ...right,
      async compareAndSet(expected, next) {
        const isWon = await right.compareAndSet(expected, next);
        place.text = JSON.stringify(next);
        return isWon;
      },
    }),
    CASE.first,
    CASE.generation,
    CASE.fence,
  ],
  [
    'says neither true nor false',
    (right) => ({
      ...right,
      compareAndSet: async (expected, next) =>
        (await right.compareAndSet(expected, next)) ? (1 as unknown as true) : false,
    }),
    CASE.first,
    CASE.generation,
    CASE.fence,
    CASE.version,
  ],
  [
    'forgets why a session ended',
    (right) => ({
      ...right,
      async read() {
        const { endedBy: _, ...record } = (await right.read()) ?? ({} as Record);
        return record.tokens === undefined ? null : record;
      },
    }),
    CASE.whole,
  ],
  [
    'writes a record over the fields of the one before',
    (right, place) => ({
      ...right,
      compareAndSet: (expected, next) =>
        right.compareAndSet(expected, { ...(place.text !== null && parse(place.text)), ...next }),
    }),
    CASE.whole,
  ],
  [
    'keeps only the tokens it knows',
    (right) => ({
      ...right,
      compareAndSet(expected, next) {
        const { accessToken, refreshToken } = next.tokens ?? {};
        return right.compareAndSet(expected, {
          ...next,
          tokens: next.tokens && { accessToken, refreshToken },
        });
      },
    }),
    CASE.shapes,
    CASE.contention,
  ],
  [
    'keeps text in a single byte a character',
    (right) => ({
      ...right,
      async read() {
        const record = await right.read();
        return record && parse(Buffer.from(JSON.stringify(record), 'latin1').toString('latin1'));
      },
    }),
    CASE.shapes,
  ],
  [
    'hands out what it keeps',
    (right, place) => {
      let kept: Record | null = null;
      let keptText: string | null = null;
      return {
        ...right,
        async read() {
          if (place.text !== keptText) [kept, keptText] = [parse(place.text), place.text];
          return kept;
        },
      };
    },
    CASE.unchanged,
  ],
  [
    'keeps what was handed in',
    (right) => {
      let kept: Record | null = null;
      return {
        ...right,
        async compareAndSet(expected, next) {
          const isWon = await right.compareAndSet(expected, next);
          if (isWon) kept = next;
          return isWon;
        },
        read: async () => kept ?? (await right.read()),
      };
    },
    CASE.unchanged,
  ],
  [
    'answers reads from what it read before',
    (right) => {
      let cached: Promise<Record | null> | undefined;
      return { ...right, read: () => (cached ??= right.read() as Promise<Record | null>) };
    },
    CASE.whole,
    CASE.shapes,
    CASE.unchanged,
    CASE.winner,
    CASE.contention,
  ],
];
