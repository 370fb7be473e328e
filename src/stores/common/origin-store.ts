import { memoryStore } from '../../sharing/memory-store.js';
import { sharedStore, type SharedStore } from '../../sharing/shared-store.js';
import type { TokenStore } from '../../sharing/token-store.js';
import { claimLocks } from './claim-locks.js';
import type { Hints } from './hints.js';
import { undoAll, type Undo } from './undo.js';

/** Where a record is kept, here or for the whole origin. */
export type RecordPlace<T> = Pick<TokenStore<T>, 'read' | 'compareAndSet'>;

export type OriginStoreOptions<T> = {
  /** Of the store among all of the origin. */
  readonly name: string;
  readonly hints: Hints;
  /** The record, kept for all pages and workers of the origin. */
  readonly shared: RecordPlace<T>;
  /** What that needs and cannot have; undefined where there is all of it. Asked once, at the first use. */
  readonly lack: () => Promise<string | undefined>;
  /** Begins to listen to what the record needs; ends with the undo. Nobody listens while the store is not in use. */
  readonly watch: () => Undo;
};

/**
 * A store for all pages and workers of the origin. Where what it needs cannot be had from the start, or the disk is full,
 * it says so and keeps its record in memory, for this page alone. It stays with that for as long as the page lives: a
 * record that is now here and now there would be two sessions.
 */
export function originStore<T>({ name, hints, shared, lack, watch }: OriginStoreOptions<T>): SharedStore<T> {
  const memory = memoryStore<T>();
  let choosing: Promise<RecordPlace<T>> | undefined;

  const place = (): Promise<RecordPlace<T>> => (choosing ??= choose());

  async function choose(): Promise<RecordPlace<T>> {
    const missing = await lack();
    return missing === undefined ? shared : alone(`${missing} cannot be used here`);
  }

  function alone(reason: string): RecordPlace<T> {
    hints.tell(`${reason}; the session is kept in memory, for this page alone`);
    return memory;
  }

  async function write(...[expected, next]: Parameters<RecordPlace<T>['compareAndSet']>): Promise<boolean> {
    const chosen = await place();
    try {
      return await chosen.compareAndSet(expected, next);
    } catch (error) {
      // Tokens that other tabs have, too, stay where they are: each tab must see when they are spent. Those of a sign-in
      // are new to everybody, so they may as well be kept here.
      if (expected?.tokens || (error as Error).name !== 'QuotaExceededError') throw error;
      choosing = Promise.resolve(alone('IndexedDB is full (QuotaExceededError)'));
      return memory.compareAndSet(null, next);
    }
  }

  async function inUse<Result>(operate: () => Promise<Result>): Promise<Result> {
    const unwatch = watch();
    try {
      return await operate();
    } finally {
      unwatch();
    }
  }

  return sharedStore({
    read: () => inUse(async () => (await place()).read()),
    async compareAndSet(expected, next) {
      const isWon = await inUse(() => write(expected, next));
      if (isWon) hints.announce();
      return isWon;
    },
    ...claimLocks(name),
    subscribe: (listener) => undoAll(hints.subscribe(listener), watch()),
  });
}
