import { invalidOption } from '../errors.js';
import type { SharedStore } from '../sharing/shared-store.js';
import { hasChannels } from './common/channel.js';
import { createHints } from './common/hints.js';
import { originStore, type RecordPlace } from './common/origin-store.js';
import { recordTable } from './common/record-table.js';
import { undoAll, type Undo } from './common/undo.js';
import { createMail } from './tabs/mail.js';
import { isRow, readRecord, swapRecord } from './tabs/records.js';
import { createTabTokens } from './tabs/tab-tokens.js';
import { tokenLocks } from './tabs/token-locks.js';

export interface TabsStoreOptions {
  /** Names the session: pages and workers of the origin with the same key share it. */
  key: string;
}

/**
 * Keeps tokens in memory alone, in every tab and worker of the origin that is open, and never writes them anywhere. For
 * whom no token may be stored, and for sessions whose refresh token is an HttpOnly cookie.
 *
 * What is stored, in IndexedDB, is the record without them, so that a refresh is single in all tabs, as with `webStore`.
 * A new tab gets the tokens from one that has them. **Where no tab is left the sign-in is over**: after a browser restart,
 * after the last tab was closed, and after the only tab was reloaded or left for another page. With a cookie, ask your
 * server for new tokens then, as the example does.
 *
 * Without IndexedDB or BroadcastChannel the session is kept for its page alone, told by a `store-failed` event. Script
 * that runs in a page of the origin can ask for the tokens as a tab does.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import { createSession } from 'holdfast';
 * import { tabsStore } from 'holdfast/tabs';
 *
 * type Tokens = { accessToken: string; expiresIn: number };
 *
 * // The refresh token is in a cookie that no script can read.
 * async function refresh(): Promise<Tokens> {
 *   const reply = await fetch('/auth/refresh', { method: 'POST', credentials: 'include' });
 *   if (!reply.ok) throw reply;
 *   return reply.json() as Promise<Tokens>;
 * }
 * export const session = createSession<Tokens>({ store: tabsStore({ key: 'app.session' }), refresh });
 *
 * await session.ready; // the other tabs have been asked
 * if (session.snapshot().status === 'signed-out') {
 *   await refresh().then(session.signIn, () => {}); // else the login page
 * }
 * ```
 */
export function tabsStore<T>({ key }: TabsStoreOptions): SharedStore<T> {
  if (typeof key !== 'string' || key === '') throw invalidOption('tabsStore({ key })', 'a name', key);
  const name = `holdfast-tabs:${key}`;
  const hints = createHints(name);
  const table = recordTable(['tabs', key], isRow, hints.tell);
  const tokens = createTabTokens<T>({
    mail: (receiver) => createMail(`${name}!tokens`, receiver),
    locks: tokenLocks(name),
    onLate: () => hints.tell(),
  });
  const shared: RecordPlace<T> = {
    read: () => readRecord(table, tokens),
    compareAndSet: (expected, next) => swapRecord(table, tokens, expected, next),
  };
  const lack = async (): Promise<string | undefined> => (hasChannels() ? table.lack() : 'BroadcastChannel');
  const watch = (): Undo => undoAll(table.watch(), tokens.openMail());
  return originStore({ name, hints, shared, lack, watch });
}
