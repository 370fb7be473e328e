import { systemClock } from '../../session/clock.js';
import { onSleep } from './sleep.js';

/** One row of an IndexedDB table, opened when it is needed and again when the browser closed it. */
export type RecordTable = {
  /** @throws when there is no IndexedDB to be had */
  open(): Promise<IDBDatabase>;
  get(): Promise<unknown>;
  /** Puts `next` if what stands there `fits`, in one transaction; whether it did, once that is committed. */
  swap(fits: (found: unknown) => boolean, next: unknown): Promise<boolean>;
};

const DATABASE = 'holdfast';
const TABLE = 'records';
/**
 * A write is given up where it has not begun by then, for want of a page that is awake. Its caller waits for five seconds
 * (keeper.ts), and what it takes for failed must not be written afterwards.
 */
const LATEST_WRITE_MS = 2_500;

export function recordTable(key: IDBValidKey): RecordTable {
  let opening: Promise<IDBDatabase> | undefined;
  let connection: IDBDatabase | undefined;
  /** How each transaction that waits for this page is ended when it falls asleep. */
  const undoings = new Set<() => void>();
  let awake: Promise<void> | undefined;
  let wake = (): void => {};

  // A page that stands still in the middle of a transaction holds up the writes of every other tab until it goes on.
  // Chromium even hands a frozen page its messages, on which it would begin one.
  onSleep(
    () => {
      awake ??= new Promise((resolve) => (wake = resolve));
      for (const undo of undoings) undo();
    },
    () => {
      awake = undefined;
      wake();
    },
  );

  async function open(): Promise<IDBDatabase> {
    // An upgrade that stands still holds up whoever opens it.
    await awake;
    opening ??= connect().then(
      (database) => (connection = database),
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    const database = await opening;
    // It may have fallen asleep meanwhile.
    return awake ? open() : database;
  }

  /** Never one that was opened since: a connection may be told late that it was closed. */
  function forget(database: IDBDatabase): void {
    database.close();
    if (database !== connection) return;
    connection = undefined;
    opening = undefined;
  }

  function connect(version?: number): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      let gaveUp = false;
      // In whichever version it is there. Where storage is disabled, merely naming it throws.
      const request = version === undefined ? indexedDB.open(DATABASE) : indexedDB.open(DATABASE, version);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onerror = () => reject(asError(request.error));
      request.onblocked = () => {
        gaveUp = true;
        reject(new Error('blocked'));
      };
      request.onsuccess = () => {
        const database = request.result;
        // Another tab wants to delete or upgrade it; Safari closes it when the page is hidden.
        database.onversionchange = () => forget(database);
        database.onclose = () => forget(database);
        if (gaveUp) {
          database.close();
        } else if (database.objectStoreNames.contains(TABLE)) {
          resolve(database);
        } else {
          // Somebody else opened a database of this name, to look into it, say.
          database.close();
          resolve(connect(database.version + 1));
        }
      };
    });
  }

  async function begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const database = await open();
    try {
      return database.transaction(TABLE, mode);
    } catch {
      // Closed between two uses: opened once more.
      forget(database);
      return (await open()).transaction(TABLE, mode);
    }
  }

  type Transaction = {
    readonly table: IDBObjectStore;
    /** Ends it, with everything undone. */
    fail(error: unknown): void;
    /** Nothing more is asked of it: from here on it ends without this page. */
    seal(): void;
  };
  /** Begins what is to be done, and returns what it comes to once the transaction is complete. */
  type Work<Result> = (transaction: Transaction) => () => Result;

  /** What sleep has undone is made again. */
  async function transact<Result>(mode: IDBTransactionMode, work: Work<Result>): Promise<Result> {
    const askedAt = systemClock.now();
    for (;;) {
      const transaction = await begin(mode);
      if (mode === 'readwrite' && systemClock.now() - askedAt > LATEST_WRITE_MS) {
        transaction.abort();
        throw new Error('overslept');
      }
      let isUndone = false;
      const undo = (): void => {
        try {
          transaction.abort();
          isUndone = true;
        } catch {
          // It is over; that it is will be told once this page goes on.
        }
      };
      undoings.add(undo);
      try {
        const result = await new Promise<(() => Result) | undefined>((resolve, reject) => {
          const seal = (): void => {
            if (!transaction.commit) return;
            undoings.delete(undo);
            transaction.commit();
          };
          const fail = (error: unknown): void => {
            reject(asError(error));
            transaction.abort();
          };
          const comesTo = work({ table: transaction.objectStore(TABLE), fail, seal });
          transaction.oncomplete = () => resolve(comesTo);
          transaction.onabort = () => (isUndone ? resolve(undefined) : reject(asError(transaction.error)));
        });
        if (result) return result();
      } catch (error) {
        // It may be lost without a word: a connection that failed once is not used again.
        forget(transaction.db);
        throw error;
      } finally {
        undoings.delete(undo);
      }
    }
  }

  const getOnce = (): Promise<unknown> =>
    transact<unknown>('readonly', ({ table, seal }) => {
      const request = table.get(key);
      seal();
      return () => request.result as unknown;
    });

  return {
    open,
    // Reading twice does no harm. Whether a write that failed was made, only its version tells.
    get: () => getOnce().catch(getOnce),
    swap: (fits, next) =>
      transact('readwrite', ({ table, fail, seal }) => {
        let won = false;
        const request = table.get(key);
        request.onsuccess = () => {
          won = fits(request.result);
          try {
            if (won) table.put(next, key);
            seal();
          } catch (error) {
            // Tokens that cannot be copied, with a function in them, say.
            fail(error);
          }
        };
        return () => won;
      }),
  };
}

/** A request that was aborted by the browser names no error. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted');
}
