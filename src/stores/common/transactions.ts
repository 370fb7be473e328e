import { systemClock } from '../../session/platform/clock.js';
import { asError, createDatabase, TABLE } from './database.js';
import { onStandstill } from './page-lifecycle.js';
import { whileUsed, type Undo } from './undo.js';

/** Transactions that hold up no other tab, also where this page comes to a standstill in the middle of one. */
export type Transactions = {
  /**
   * Until its undo it is known whether the page stands still. Everything else is asked for in between, and a session
   * watches as long as it lives: Chromium hands a frozen page its messages, on which it would begin a transaction.
   */
  watch(): Undo;
  /** Makes sure that one can be begun. @throws when there is no IndexedDB to be had */
  open(): Promise<unknown>;
  /** Resolves once everything that `work` begins is committed. It may be called several times, and must begin anew. */
  run(mode: IDBTransactionMode, work: Work): Promise<void>;
};

/** Called with an open transaction, to begin its requests at once. */
export type Work = (on: OpenTransaction) => void;

export type OpenTransaction = {
  readonly table: IDBObjectStore;
  /** Ends it, with everything undone. */
  fail(error: unknown): void;
  /** Nothing more is asked of it: from here on it ends without this page. */
  seal(): void;
};

/**
 * A write is given up where it has not begun by then, for want of a page that is awake. Its caller waits for five seconds
 * at most, and what it takes for failed must not be written afterwards.
 */
const LATEST_WRITE_MS = 2_500;

export function createTransactions(): Transactions {
  const database = createDatabase();
  /** How each transaction that waits for this page is undone when the page comes to a standstill. */
  const undoings = new Set<() => void>();
  /** Settles once the page goes on; undefined while it runs. */
  let standstill: Promise<void> | undefined;
  let goOn = (): void => {};

  const watch = whileUsed(() => {
    const undo = onStandstill(stop, () => goOn());
    return () => {
      undo();
      goOn();
    };
  });

  /** A page that stands still in the middle of a transaction holds up the writes of every other tab until it goes on. */
  function stop(): void {
    standstill ??= new Promise((resolve) => {
      goOn = () => {
        standstill = undefined;
        resolve();
      };
    });
    for (const undo of undoings) undo();
  }

  async function connect(): Promise<IDBDatabase> {
    for (;;) {
      // A page that came to a standstill in an upgrade would keep every other tab from opening the database.
      await standstill;
      const connection = await database.open();
      // It may have come to a standstill meanwhile.
      if (!standstill) return connection;
    }
  }

  async function begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const connection = await connect();
    try {
      return connection.transaction(TABLE, mode);
    } catch {
      // Closed between two uses: opened once more.
      database.forget(connection);
      return (await connect()).transaction(TABLE, mode);
    }
  }

  async function run(mode: IDBTransactionMode, work: Work): Promise<void> {
    const askedAt = systemClock.now();
    for (;;) {
      const transaction = await begin(mode);
      if (mode === 'readwrite' && systemClock.now() - askedAt > LATEST_WRITE_MS) {
        transaction.abort();
        throw new Error('overslept');
      }
      let isUndone = false;
      const undo = (): void => {
        try {
          transaction.abort();
          isUndone = true;
        } catch {
          // It is complete, and its event comes once this page goes on.
        }
      };
      undoings.add(undo);
      try {
        return await new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(asError(transaction.error));
          work({
            table: transaction.objectStore(TABLE),
            fail(error) {
              reject(asError(error));
              transaction.abort();
            },
            seal() {
              if (!transaction.commit) return;
              undoings.delete(undo);
              transaction.commit();
            },
          });
        });
      } catch (error) {
        // What a standstill has undone is made again.
        if (isUndone) continue;
        // A connection may be lost without an event that says so, so one that failed is not used again.
        database.forget(transaction.db);
        throw error;
      } finally {
        undoings.delete(undo);
      }
    }
  }

  return { open: connect, run, watch };
}
