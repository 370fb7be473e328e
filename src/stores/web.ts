import { invalidOption } from '../errors.js';
import { isSessionRecord, sameVersion, type SessionRecord } from '../session/record.js';
import { memoryStore, type TokenStore } from '../session/store.js';
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
  const listeners = new Set<(problem?: string) => void>();
  const fallback = memoryStore<T>();
  let table: ReturnType<typeof recordTable> | undefined = recordTable(key);
  let channel: BroadcastChannel | undefined;
  let reported = false;

  /** Works on the table, or from the first failure to open it on in memory: half here and half there would be worse. */
  async function stored<R>(
    work: (open: NonNullable<typeof table>) => Promise<R>,
    inMemory: () => R,
  ): Promise<R> {
    if (table === undefined) return inMemory();
    try {
      await table.open();
    } catch {
      table = undefined;
      report('IndexedDB cannot be used here; the session is kept in memory, for this page alone');
      return inMemory();
    }
    return work(table);
  }

  function report(problem: string): void {
    for (const listener of [...listeners]) listener(problem);
  }

  function unwrap(found: unknown): SessionRecord<T> | null {
    const { format, record } = (found ?? {}) as Partial<Wrapped<T>>;
    if (format === FORMAT && isSessionRecord(record)) return record;
    if (found !== undefined && !reported) {
      reported = true;
      report('what is stored under the key of this session is not a record of it; it counts as signed out');
    }
    return null;
  }

  const locks = (globalThis as { navigator?: Navigator }).navigator?.locks as LockManager | undefined;
  return {
    read: () =>
      stored(
        async (open) => unwrap(await open.get()),
        () => fallback.read() as SessionRecord<T> | null,
      ),
    compareAndSet: (expected, next) =>
      stored(
        async (open) => {
          const wrapped: Wrapped<T> = { format: FORMAT, record: next };
          const won = await open.swap((found) => sameVersion(unwrap(found), expected), wrapped);
          if (won) channel?.postMessage(null);
          return won;
        },
        () => fallback.compareAndSet(expected, next) as boolean,
      ),
    ...(locks && {
      // Named by claim: a frozen tab never lets its lock go, and can hold up this one claim only.
      exclusive: async <R>(
        fence: number,
        task: () => Promise<R>,
        { signal }: { signal: AbortSignal },
      ): Promise<R> => (await locks.request(`${name}#${fence}`, { signal }, task)) as R,
    }),
    subscribe(listener) {
      listeners.add(listener);
      if (channel === undefined && typeof BroadcastChannel === 'function') {
        channel = new BroadcastChannel(name);
        // In Node a listening channel would keep the process alive.
        (channel as { unref?(): void }).unref?.();
        channel.addEventListener('message', () => {
          for (const one of [...listeners]) one();
        });
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        channel?.close();
        channel = undefined;
      };
    },
  };
}
