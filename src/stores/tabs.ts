import { invalidOption } from '../errors.js';
import { sharedStore, type SharedStore } from '../sharing/shared-store.js';
import { claimLocks } from './common/claim-locks.js';
import { createHints } from './common/hints.js';
import { originPlace } from './common/origin-place.js';
import { createExchange } from './tabs/exchange.js';
import { createHolders } from './tabs/holders.js';
import { openMail, type Mail } from './tabs/mail.js';
import { isRow, readRecord, swapRecord, type Row } from './tabs/records.js';

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
  let mail: Mail<T> | undefined;
  const exchange = createExchange<T>({
    mail: () => mail,
    holders: createHolders(name),
    onLate: () => hints.tell(),
  });
  const stored = originPlace<T, Row>({
    rowKey: ['tabs', key],
    hints,
    isRow,
    lack() {
      // Open for as long as the page lives: this tab may be the last that has the tokens.
      mail = openMail(`${name}!tokens`, exchange);
      return mail ? undefined : 'BroadcastChannel';
    },
  });
  return sharedStore<T>({
    read: () =>
      stored(
        (rows) => readRecord(rows, exchange),
        (memory) => memory.read(),
      ),
    async compareAndSet(expected, next) {
      const isWon = await stored(
        (rows) => swapRecord(rows, exchange, expected, next),
        (memory) => memory.compareAndSet(expected, next),
      );
      if (isWon) hints.announce();
      return isWon;
    },
    ...claimLocks(name),
    subscribe: hints.subscribe,
  });
}
