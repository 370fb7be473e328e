import { KEY } from './options.js';

/** Where the library keeps its records, and what it hears of changes on. */
const DATABASE = 'holdfast';
const TABLE = 'records';
const HINTS = `holdfast:${KEY}`;

/** Puts something under the session's key that no session put there, or makes the database that of a later version. */
export async function plant(value: unknown, version = 1): Promise<void> {
  const database = await opened(version);
  await done(database.transaction(TABLE, 'readwrite').objectStore(TABLE).put(value, KEY));
  database.close();
}

/** As "clear site data" does, and as another script of the origin may. */
export async function deleteDatabase(): Promise<void> {
  await done(indexedDB.deleteDatabase(DATABASE));
}

export async function openAfterHint(open: () => number): Promise<number> {
  const database = await opened(1);
  const channel = new BroadcastChannel(HINTS);
  await new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }));
  channel.close();
  await done(database.transaction(TABLE).objectStore(TABLE).get(KEY));
  database.close();
  await new Promise((resolve) => setTimeout(resolve));
  return open();
}

function opened(version: number): Promise<IDBDatabase> {
  return done(indexedDB.open(DATABASE, version));
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('aborted')));
  });
}
