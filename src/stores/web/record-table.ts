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

export function recordTable(key: string): RecordTable {
  let opening: Promise<IDBDatabase> | undefined;
  /** What is under way, and how each ends when the page falls asleep. */
  const underway = new Map<IDBTransaction, 'abort' | 'commit'>();
  let awake: Promise<void> | undefined;
  let wake = (): void => {};

  // A page that stands still in the middle of a transaction holds up the writes of every other tab until it goes on.
  // Chromium even hands a frozen page its messages, on which it would begin one.
  onSleep(
    () => {
      awake ??= new Promise((resolve) => (wake = resolve));
      for (const [transaction, end] of underway) {
        underway.delete(transaction);
        transaction[end]();
      }
    },
    () => {
      awake = undefined;
      wake();
    },
  );

  function open(): Promise<IDBDatabase> {
    opening ??= connect().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  function connect(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      // Where storage is disabled, merely naming it throws.
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onerror = () => reject(asError(request.error));
      request.onblocked = () => reject(new Error('blocked'));
      request.onsuccess = () => {
        const database = request.result;
        const forget = (): void => {
          opening = undefined;
          database.close();
        };
        // Another tab wants to delete or upgrade it; Safari closes it when the page is hidden.
        database.onversionchange = forget;
        database.onclose = forget;
        resolve(database);
      };
    });
  }

  async function begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    await awake;
    try {
      return (await open()).transaction(TABLE, mode);
    } catch {
      // Closed between two uses: opened once more.
      opening = undefined;
      return (await open()).transaction(TABLE, mode);
    }
  }

  /** Resolves once it is committed: before that it may still be undone. False when it was ended by sleep. */
  function completed(transaction: IDBTransaction): Promise<boolean> {
    underway.set(transaction, 'abort');
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => {
        underway.delete(transaction);
        resolve(true);
      };
      transaction.onabort = () => {
        if (underway.delete(transaction)) reject(asError(transaction.error));
        else resolve(false);
      };
    });
  }

  return {
    open,
    async get() {
      for (;;) {
        const transaction = await begin('readonly');
        const request = transaction.objectStore(TABLE).get(key);
        if (await completed(transaction)) return request.result;
      }
    },
    async swap(fits, next) {
      for (;;) {
        const transaction = await begin('readwrite');
        const table = transaction.objectStore(TABLE);
        let won = false;
        let refused: unknown;
        const request = table.get(key);
        request.onsuccess = () => {
          won = fits(request.result);
          if (!won) return;
          try {
            table.put(next, key);
            underway.set(transaction, 'commit');
          } catch (error) {
            // Tokens that cannot be copied, with a function in them, say.
            refused = error;
            underway.delete(transaction);
            transaction.abort();
          }
        };
        const isDone = await completed(transaction);
        if (refused !== undefined) throw asError(refused);
        if (isDone) return won;
      }
    },
  };
}

/** A request that was aborted by the browser names no error. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted');
}
