import { invalidOption } from '../errors.js';
import type { SharedStore } from '../sharing/shared-store.js';
import { isSessionRecord } from '../sharing/is-session-record.js';
import { sameVersion, type SessionRecord } from '../session/state/record.js';
import { createHints } from './common/hints.js';
import { originStore, type RecordPlace } from './common/origin-store.js';
import { recordTable } from './common/record-table.js';

export interface WebStoreOptions {
  /** Names the record: pages, workers and service workers of the origin with the same key share one session. */
  key: string;
}

/** What lies in the table: the wrapping tells a record of ours from anything else. */
type Wrapped<T> = { readonly format: typeof FORMAT; readonly record: SessionRecord<T> };

const FORMAT = 1;

/**
 * Keeps the session in the browser, for every tab, worker and service worker of the origin: the record in IndexedDB, Web
 * Locks to tell at once that a tab died in the middle of a refresh, BroadcastChannel to hear of changes.
 *
 * Without Web Locks (plain HTTP, old browsers) such a refresh holds up the others until its lease ends, after one and a half
 * times `refreshTimeoutMs`: 45 s by default. That may be longer than the server takes the old refresh token again.
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
export function webStore<T>({ key }: WebStoreOptions): SharedStore<T> {
  if (typeof key !== 'string' || key === '') throw invalidOption('webStore({ key })', 'a name', key);
  const name = `holdfast:${key}`;
  const hints = createHints(name);
  const { get, swap, lack, watch } = recordTable(key, isWrapped<T>, hints.tell);
  const shared: RecordPlace<T> = {
    read: async () => (await get())?.record ?? null,
    compareAndSet: (expected, next) =>
      swap((row) => sameVersion(row && row.record, expected), { format: FORMAT, record: next }),
  };
  return originStore({ name, hints, shared, lack, watch });
}

function isWrapped<T>(value: unknown): value is Wrapped<T> {
  const { format, record } = (value ?? {}) as Partial<Wrapped<T>>;
  return format === FORMAT && isSessionRecord(record);
}
