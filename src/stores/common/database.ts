/** The one database of all stores, opened when it is needed and again when the browser closed it. */
export type Database = {
  /** @throws when there is no IndexedDB to be had */
  open(): Promise<IDBDatabase>;
  /** Closes a connection that is not to be used again. */
  forget(connection: IDBDatabase): void;
};

const DATABASE = 'holdfast';
export const TABLE = 'records';

export function createDatabase(): Database {
  let opening: Promise<IDBDatabase> | undefined;
  let opened: IDBDatabase | undefined;

  function open(): Promise<IDBDatabase> {
    opening ??= connect().then(
      (connection) => (opened = connection),
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  }

  /** Never one that was opened since: a connection may be told late that it was closed. */
  function forget(connection: IDBDatabase): void {
    connection.close();
    if (connection !== opened) return;
    opened = undefined;
    opening = undefined;
  }

  function connect(version?: number): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      // Without a version it opens whichever is there. Where storage is disabled, merely naming `indexedDB` throws.
      const request = indexedDB.open(DATABASE, version);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onerror = () => reject(asError(request.error));
      request.onblocked = () => {
        reject(new Error('blocked'));
        // It may be let in later, when nobody waits for it any more.
        request.onsuccess = () => request.result.close();
      };
      request.onsuccess = () => {
        const connection = request.result;
        // Another tab wants to delete or upgrade it; Safari closes it when the page is hidden.
        connection.onversionchange = () => forget(connection);
        connection.onclose = () => forget(connection);
        if (connection.objectStoreNames.contains(TABLE)) {
          resolve(connection);
        } else {
          // Somebody else opened a database of this name, to look into it, say.
          connection.close();
          resolve(connect(connection.version + 1));
        }
      };
    });
  }

  return { open, forget };
}

/** A request that was aborted by the browser names no error. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted');
}
