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
    try {
      return (await open()).transaction(TABLE, mode);
    } catch {
      // Closed between two uses: opened once more.
      opening = undefined;
      return (await open()).transaction(TABLE, mode);
    }
  }

  return {
    open,
    async get() {
      const transaction = await begin('readonly');
      return new Promise((resolve, reject) => {
        const request = transaction.objectStore(TABLE).get(key);
        request.onsuccess = () => resolve(request.result);
        transaction.onabort = () => reject(asError(transaction.error));
      });
    },
    async swap(fits, next) {
      const transaction = await begin('readwrite');
      const table = transaction.objectStore(TABLE);
      return new Promise((resolve, reject) => {
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
            transaction.abort();
          }
        }
        // Before this the write may still be undone.
        transaction.oncomplete = () => resolve(won);
        transaction.onabort = () => reject(asError(transaction.error));
      });
    },
  };
}

/** A request that was aborted by the browser names no error. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted');
}
