import { describe, expect, test } from 'vitest';
import { sameVersion, type SessionRecord } from '../../src/session/record.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { storeSuite, type StoreSuitePlace, type StoreSuiteTokens } from '../../src/testing/index.js';

type Store = TokenStore<StoreSuiteTokens>;
type Record = SessionRecord<StoreSuiteTokens>;
type Exclusive = NonNullable<Store['exclusive']>;

/** A place that gets everything right, in the plainest way; each test breaks one thing of it. */
type Place = {
  text: string | null;
  readonly listeners: Set<() => void>;
  readonly queues: Map<number, Promise<unknown>>;
  writers: number;
};

const emptyPlace = (): Place => ({ text: null, listeners: new Set(), queues: new Map(), writers: 0 });

const parse = (text: string | null): Record | null => (text === null ? null : (JSON.parse(text) as Record));

function tell(listeners: Iterable<() => void>): void {
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch {
      // Of no concern to anybody else.
    }
  }
}

function rightStore(place: Place): Required<Store> {
  return {
    read: () => Promise.resolve(parse(place.text)),
    compareAndSet(expected, next) {
      if (!sameVersion(parse(place.text), expected)) return Promise.resolve(false);
      place.text = JSON.stringify(next);
      tell(place.listeners);
      return Promise.resolve(true);
    },
    exclusive: queueOn((fence) => fence, place),
    subscribe(listener) {
      const heard = (): void => listener();
      place.listeners.add(heard);
      return () => void place.listeners.delete(heard);
    },
  };
}

/** Locks under the name that a fence is given. */
function queueOn(nameOf: (fence: number) => number, { queues }: Place): Exclusive {
  return async (fence, task, { signal }) => {
    const name = nameOf(fence);
    const before = queues.get(name);
    let letGo = (): void => {};
    const mine = new Promise<void>((resolve) => (letGo = resolve));
    queues.set(name, Promise.allSettled([before, mine]));
    try {
      await Promise.race([before, aborted(signal)]);
      signal.throwIfAborted();
      return await task();
    } finally {
      letGo();
    }
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

const laterTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** What is wrong with a store, how it is made from the right one, and which cases find it out. */
type Broken = [what: string, breakIt: (right: Required<Store>, place: Place) => Store, ...caughtBy: string[]];

const CASE = {
  empty: 'read: null before anything was written',
  first: 'compareAndSet: writes the first record, and that only where there is none',
  generation: 'compareAndSet: refuses once the generation moved',
  fence: 'compareAndSet: refuses once the fence moved, under the same generation',
  version: 'compareAndSet: tells the expected record by generation and fence alone',
  whole: 'read: gives back every field of what was written, and none of what stood there before',
  shapes: 'read: gives back tokens of every plain shape',
  unchanged: 'read: what was handed in or out cannot be changed afterwards',
  close: 'close: leaves nothing behind for the next place',
  winner: 'compareAndSet: of several who write at once over the same record, one wins',
  contention: 'compareAndSet: under contention no write is lost',
  oneAtATime: 'exclusive: runs one task at a time for the same fence, and every one of them',
  sideBySide: 'exclusive: lets tasks of different fences run side by side',
  result: 'exclusive: passes on what its task resolves to',
  error: 'exclusive: passes on what its task throws, and lets go',
  givesUp: 'exclusive: who waits gives up when its signal aborts, and nobody else does',
  abortedBefore: 'exclusive: runs nothing for a signal that is aborted already',
  abortedAfter: 'exclusive: an abort while the task runs changes nothing',
  heard: "subscribe: somebody else's change is heard, and can then be read",
  undone: 'subscribe: a subscription that was undone hears nothing more',
  throwing: 'subscribe: a listener that throws harms nobody',
  exclusive: 'exclusive: offered',
  subscribe: 'subscribe: offered',
};

const BROKEN: Broken[] = [
  [
    'reads undefined where there is nothing',
    (right) => ({
      ...right,
      read: async () => (await right.read()) ?? (undefined as unknown as null),
    }),
    CASE.empty,
  ],
  ['rejects where there is nothing', (right, { text }) => ({
      ...right,
      read: () => (text === null ? Promise.reject(new RangeError('access-first-secret')) : right.read()),
    }),
    CASE.empty,
  ],
  [
    'never answers a read',
    (right) => ({ ...right, read: () => new Promise(() => {}) }),
    CASE.empty, CASE.contention,
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
        return right.compareAndSet(
          standing?.generation === expected?.generation ? standing : expected,
          next,
        );
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
    CASE.fence, CASE.whole,
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
    CASE.first, CASE.generation, CASE.fence,
  ],
  [
    'says neither true nor false',
    (right) => ({
      ...right,
      compareAndSet: async (expected, next) =>
        (await right.compareAndSet(expected, next)) ? (1 as unknown as true) : false,
    }),
    CASE.first, CASE.generation, CASE.fence, CASE.version,
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
        return right.compareAndSet(expected, { ...next, tokens: next.tokens && { accessToken, refreshToken } });
      },
    }),
    CASE.shapes, CASE.contention,
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
    CASE.whole, CASE.shapes, CASE.unchanged, CASE.winner, CASE.contention,
  ],
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
    CASE.winner, CASE.contention,
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
    CASE.winner, CASE.contention,
  ],
  ['locks nothing', (right) => ({ ...right, exclusive: (_, task) => task() }), CASE.oneAtATime, CASE.abortedBefore],
  [
    'lets only the first task of a fence run',
    (right) => {
      const begun = new Set<number>();
      return {
        ...right,
        async exclusive(fence, task) {
          if (begun.has(fence)) return undefined as never;
          begun.add(fence);
          return task();
        },
      };
    },
    CASE.oneAtATime,
  ],
  [
    'has one lock for all fences',
    (right, place) => ({ ...right, exclusive: queueOn(() => 0, place) }),
    CASE.sideBySide,
  ],
  [
    'keeps the result of a task to itself',
    (right) => ({
      ...right,
      exclusive: async (...args) => void (await right.exclusive(...args)) as never,
    }),
    CASE.result,
  ],
  [
    'swallows the error of a task',
    (right) => ({
      ...right,
      exclusive: (fence, task, options) =>
        right.exclusive(fence, () => task().catch(() => undefined as never), options),
    }),
    CASE.error,
  ],
  [
    'never lets go after a task that failed',
    (right) => {
      const lost = new Set<number>();
      return {
        ...right,
        exclusive: (fence, task, options) =>
          lost.has(fence)
            ? new Promise(() => {})
            : right.exclusive(fence, task, options).catch((error: unknown) => {
                lost.add(fence);
                throw error;
              }),
      };
    },
    CASE.error,
  ],
  [
    'heeds no signal',
    (right) => ({
      ...right,
      exclusive: (fence, task) => right.exclusive(fence, task, { signal: new AbortController().signal }),
    }),
    CASE.givesUp, CASE.abortedBefore,
  ],
  [
    'runs a task that was given up',
    (right) => ({
      ...right,
      exclusive: (fence, task, { signal }) =>
        Promise.race([right.exclusive(fence, task, { signal: new AbortController().signal }), aborted(signal)]),
    }),
    CASE.givesUp, CASE.abortedAfter,
  ],
  [
    'resolves for who gives up',
    (right) => ({
      ...right,
      exclusive: (fence, task, options) =>
        right.exclusive(fence, task, options).catch((error: unknown) => {
          if (options.signal.aborted) return undefined as never;
          throw error;
        }),
    }),
    CASE.givesUp, CASE.abortedBefore,
  ],
  [
    'lets go when the signal of a running task aborts',
    (right, place) => ({
      ...right,
      async exclusive(fence, task, { signal }) {
        const before = place.queues.get(fence);
        const letGo = withResolvers();
        signal.addEventListener('abort', () => letGo.resolve());
        place.queues.set(fence, Promise.allSettled([before, letGo.promise]));
        await before;
        signal.throwIfAborted();
        return task().finally(() => letGo.resolve());
      },
    }),
    CASE.abortedAfter,
  ],
  ['tells nobody', (right) => ({ ...right, subscribe: () => () => {} }), CASE.heard, CASE.undone, CASE.throwing],
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
  ['cannot undo a subscription', (right) => ({
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
    'has no locks, and nobody said so',
    ({ read, compareAndSet, subscribe }) => ({ read, compareAndSet, subscribe }),
    CASE.exclusive, CASE.oneAtATime,
  ],
  [
    'has no hints, and nobody said so',
    ({ read, compareAndSet, exclusive }) => ({ read, compareAndSet, exclusive }),
    CASE.subscribe, CASE.heard,
  ],
]; // prettier-ignore

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Long enough for what waits a few turns, and short enough to wait out what hangs. */
const PATIENCE_MS = 60;

function casesOf(make: () => StoreSuitePlace): ReturnType<typeof storeSuite> {
  return storeSuite({ make, patienceMs: PATIENCE_MS });
}

/** The message of each case that failed, by its name. */
async function failuresOf(cases: ReturnType<typeof storeSuite>): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for (const { name, run } of cases) {
    await run().catch((error: Error) => failures.set(name, error.message));
  }
  return failures;
}

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

describe('storeSuite() finds out a store that', () => {
  test.each(BROKEN)('%s', async (_what, breakIt, ...caughtBy) => {
    const make = (): StoreSuitePlace => {
      const place = emptyPlace();
      return { open: () => breakIt(rightStore(place), place) };
    };
    const failures = await failuresOf(casesOf(make));
    expect([...failures.keys()]).toEqual(expect.arrayContaining(caughtBy));
    for (const message of failures.values()) {
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
