/**
 * The database of the stores, looked into and written to past them: in Node, and in a page, where it is bundled.
 */
const DATABASE = 'holdfast';
const TABLE = 'records';

/** With its table, where it is new. */
export function openDatabase(version = 1): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, version);
  request.addEventListener('upgradeneeded', () => {
    const { result: database } = request;
    if (!database.objectStoreNames.contains(TABLE)) database.createObjectStore(TABLE);
  });
  return done(request);
}

/** Puts something under a key that no store put there, or makes the database that of a later version. */
export async function plant(key: IDBValidKey, value: unknown, version = 1): Promise<void> {
  const database = await openDatabase(version);
  const transaction = database.transaction(TABLE, 'readwrite');
  const isCommitted = new Promise((resolve) => transaction.addEventListener('complete', resolve));
  await done(transaction.objectStore(TABLE).put(value, key));
  await isCommitted;
  database.close();
}

/** All keys and all rows, as text. */
export async function dump(): Promise<string> {
  const database = await openDatabase();
  const table = database.transaction(TABLE).objectStore(TABLE);
  const [keys, rows] = await Promise.all([done(table.getAllKeys()), done(table.getAll())]);
  database.close();
  return JSON.stringify([keys, rows]);
}

/** As "clear site data" does, and as another script of the origin may. @throws where a page does not make way */
export async function deleteDatabase(): Promise<void> {
  const request = indexedDB.deleteDatabase(DATABASE);
  const blocked = new Promise<never>((_, reject) => {
    request.addEventListener('blocked', () => reject(new Error('blocked')));
  });
  await Promise.race([done(request), blocked]);
}

export function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('aborted')));
  });
}
