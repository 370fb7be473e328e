import { invalidOption } from '../errors.js';
import { isSessionRecord, sameVersion, type SessionRecord } from '../session/record.js';
import { memoryStore, type Awaitable, type TokenStore } from '../session/store.js';
import { createHints } from './web/hints.js';
import { recordTable } from './web/record-table.js';

export interface WebStoreOptions {
  /** Names the record: pages, workers and service workers of the origin with the same key share one session. */
  key: string;
}

/** What lies in the table: the wrapping tells a record of ours from anything else. */
type Wrapped<T> = { readonly format: typeof FORMAT; readonly record: SessionRecord<T> };

const FORMAT = 1;

/**
 * Keeps the session in the browser, for every tab, worker and service worker of the origin: the record in IndexedDB, Web
 * Locks to tell sooner that a tab is gone, BroadcastChannel to hear of changes.
 *
 * What is not a record under its key counts as signed out. Without IndexedDB it keeps the session in memory. Both are
 * told by a `store-failed` event. Script that runs in the page can read what is stored here, as it can read anything
 * the page can.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import { createSession } from 'holdfast';
 * import { webStore } from 'holdfast/web';
 *
 * type Tokens = { accessToken: string; refreshToken: string };
 * declare function refresh(tokens: Tokens): Promise<Tokens>;
 *
 * export const session = createSession<Tokens>({ store: webStore({ key: 'app.session' }), refresh });
 * ```
 */
export function webStore<T>({ key }: WebStoreOptions): TokenStore<T> {
  if (typeof key !== 'string' || key === '') throw invalidOption('webStore({ key })', 'a name', key);
  const name = `holdfast:${key}`;
  const table = recordTable(key);
  const fallback = memoryStore<T>();
  const hints = createHints(name);
  let place: 'unknown' | 'table' | 'memory' = 'unknown';
  let reported = false;

  /** In the table, or, where that cannot be had from the start, in memory: half here and half there would be worse. */
  async function stored<R>(inTable: () => Promise<R>, inMemory: () => Awaitable<R>): Promise<R> {
    if (place === 'unknown') {
      place = await table.open().then(
        () => 'table',
        () => 'memory',
      );
      if (place === 'memory') {
        hints.report('IndexedDB cannot be used here; the session is kept in memory, for this page alone');
      }
    }
    return place === 'table' ? inTable() : inMemory();
  }

  function unwrap(found: unknown): SessionRecord<T> | null {
    const { format, record } = (found ?? {}) as Partial<Wrapped<T>>;
    if (format === FORMAT && isSessionRecord(record)) return record;
    if (found !== undefined && !reported) {
      reported = true;
      hints.report(
        'what is stored under the key of this session is not a record of it; it counts as signed out',
      );
    }
    return null;
  }

  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  return {
    read: () =>
      stored(
        async () => unwrap(await table.get()),
        () => fallback.read(),
      ),
    compareAndSet: (expected, next) =>
      stored(
        async () => {
          const wrapped: Wrapped<T> = { format: FORMAT, record: next };
          try {
            const won = await table.swap((found) => sameVersion(unwrap(found), expected), wrapped);
            if (won) hints.announce();
            return won;
          } catch (error) {
            // Where nobody is signed in nobody else has these tokens, and they may as well be kept here.
            if ((error as Error).name !== 'QuotaExceededError' || expected?.tokens) throw error;
            place = 'memory';
            hints.report(
              'IndexedDB is full (QuotaExceededError); the session is kept in memory, for this page alone',
            );
            return fallback.compareAndSet(null, next);
          }
        },
        () => fallback.compareAndSet(expected, next),
      ),
    ...(locks && {
      // Named by claim: a frozen tab never lets its lock go, and can hold up this one claim only.
      exclusive: <R>(fence: number, task: () => Promise<R>, options: { signal: AbortSignal }): Promise<R> =>
        locks.request<Promise<R>>(`${name}#${fence}`, options, task),
    }),
    subscribe: hints.subscribe,
  };
}
