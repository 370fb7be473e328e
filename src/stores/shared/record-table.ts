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

export function recordTable(key: IDBValidKey): RecordTable {
  let opening: Promise<IDBDatabase> | undefined;
  let connection: IDBDatabase | undefined;

  function open(): Promise<IDBDatabase> {
    opening ??= connect().then(
      (database) => (connection = database),
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
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

  type Work<Result> = (
    table: IDBObjectStore,
    resolve: (result: Result) => void,
    reject: (error: Error) => void,
  ) => void;

  async function transact<Result>(mode: IDBTransactionMode, work: Work<Result>): Promise<Result> {
    const transaction = await begin(mode);
    try {
      return await new Promise<Result>((resolve, reject) => {
        transaction.onabort = () => reject(asError(transaction.error));
        work(transaction.objectStore(TABLE), resolve, reject);
      });
    } catch (error) {
      // It may be lost without a word: a connection that failed once is not used again.
      forget(transaction.db);
      throw error;
    }
  }

  const getOnce = (): Promise<unknown> =>
    transact<unknown>('readonly', (table, resolve) => {
      const request = table.get(key);
      request.onsuccess = () => resolve(request.result);
    });

  return {
    open,
    // Reading twice does no harm. Whether a write that failed was made, only its version tells.
    get: () => getOnce().catch(getOnce),
    swap: (fits, next) =>
      transact('readwrite', (table, resolve, reject) => {
        let won = false;
        const request = table.get(key);
        request.onsuccess = () => {
          won = fits(request.result);
          if (won) put(next);
        };
        function put(value: unknown): void {
          try {
            table.put(value, key);
          } catch (error) {
            // Tokens that cannot be copied, with a function in them, say.
            reject(asError(error));
            table.transaction.abort();
          }
        }
        // Before this the write may still be undone.
        table.transaction.oncomplete = () => resolve(won);
      }),
  };
}

/** A request that was aborted by the browser names no error. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted');
}
