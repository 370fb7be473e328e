import { A_FUNCTION, checkOptions } from '../checks.js';
import type { ConnectedStore, RecordHost, Records } from '../session/core/records.js';
import { nameOf } from '../session/platform/name-of.js';
import { createHints } from './hints.js';
import { renewShared } from './shared-renewal.js';
import { createStoreQueue } from './store-queue.js';
import { createSync, createTakeIn } from './sync.js';
import type { TokenStore } from './token-store.js';

/** A store that several sessions use, with what it takes to share a record: one refresh for all of them. */
export interface SharedStore<T> extends TokenStore<T>, ConnectedStore<T> {}

const STORE_RULES = {
  exclusive: A_FUNCTION,
  subscribe: A_FUNCTION,
  read: A_FUNCTION,
  compareAndSet: A_FUNCTION,
};

/**
 * Makes a store of your own fit for `createSession({ store })`. Whether it has `exclusive` and `subscribe` is asked once, now.
 *
 * @throws `invalid-option` for what lacks `read` or `compareAndSet`
 * @example
 * ```ts
 * import { createSession, sharedStore, type SessionOptions, type TokenStore } from 'holdfast';
 *
 * export function sessionOver<T>(mine: TokenStore<T>, refresh: SessionOptions<T>['refresh']) {
 *   return createSession<T>({ store: sharedStore(mine), refresh });
 * }
 * ```
 */
export function sharedStore<T>(store: TokenStore<T>): SharedStore<T> {
  checkOptions('sharedStore(store)', store, STORE_RULES, ['read', 'compareAndSet'], true);
  const { exclusive, subscribe } = store;
  return {
    read: () => store.read(),
    compareAndSet: (expected, next) => store.compareAndSet(expected, next),
    ...(exclusive && { exclusive: exclusive.bind(store) }),
    ...(subscribe && { subscribe: subscribe.bind(store) }),
    // By `this`: whoever spreads it and replaces an operation gets sessions that use the new one.
    connect(session) {
      return connect(this, session);
    },
  };
}

function connect<T>(store: TokenStore<T>, session: RecordHost<T>): Records<T> {
  const { settings, log } = session;
  const report = (error: unknown): void => log.emit({ type: 'store-failed', problem: nameOf(error) });
  const takeIn = createTakeIn(session);
  const queue = createStoreQueue(store, settings.clock, report, takeIn);
  const { load, sync } = createSync(session, queue, takeIn, report);
  const hints = createHints();
  const unsubscribe = store.subscribe?.((problem, missed) => {
    if (typeof problem === 'string') log.emit({ type: 'store-failed', problem });
    hints.tell();
    sync(missed);
  });
  return {
    load,
    sync,
    write: queue.write,
    renew: (job) => renewShared(job, store, queue, settings, hints.next),
    close() {
      unsubscribe?.();
      queue.close();
    },
  };
}
