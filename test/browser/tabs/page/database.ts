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

/** All that is stored, as text. */
export async function dump(): Promise<string> {
  const database = await opened(1);
  const rows = await done(database.transaction(TABLE).objectStore(TABLE).getAll());
  database.close();
  return JSON.stringify(rows);
}

/** As "clear site data" does, and as another script of the origin may. */
export async function deleteDatabase(): Promise<void> {
  await done(indexedDB.deleteDatabase(DATABASE));
}

/**
 * Listens for the hint on which the store shows another sign-in, and begins a read of its own at each, after the
 * library began one. `seen` resolves a turn after that read is done, to how many requests are then still open.
 */
export async function watchSignIn(open: () => number): Promise<{ seen: Promise<number> }> {
  const database = await opened(1);
  const read = async (): Promise<{ record: { epoch: number } }> => {
    const transaction = database.transaction(TABLE);
    const request = transaction.objectStore(TABLE).get(KEY);
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    return request.result as { record: { epoch: number } };
  };
  const { epoch } = (await read()).record;
  const channel = new BroadcastChannel(HINTS);
  const seen = new Promise<number>((resolve) => {
    channel.addEventListener('message', () => {
      void read().then(({ record }) => {
        if (record.epoch !== epoch) setTimeout(() => resolve(open()));
      });
    });
  });
  void seen.finally(() => {
    channel.close();
    database.close();
  });
  return { seen };
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
