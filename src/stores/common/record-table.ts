import type { Hints } from './hints.js';
import { createTransactions, type Transactions } from './transactions.js';

/** Reading and writing the one row of a store. */
export type Rows<Row> = {
  /** Null where there is none, and where what stands there is not one. */
  get(): Promise<Row | null>;
  /** Puts `next` if the row that stands there `fits`, in one transaction; whether it did, once that is committed. */
  swap(fits: (standing: Row | null) => boolean, next: Row): Promise<boolean>;
};

export type RecordTable<Row> = Rows<Row> & {
  /** What it needs and this page cannot have, if anything. */
  lack(): Promise<string | undefined>;
} & Pick<Transactions, 'watch'>;

/** A row in IndexedDB, for all pages and workers of the origin. What stands in its place is told once, and is no row. */
export function recordTable<Row>(
  key: IDBValidKey,
  isRow: (value: unknown) => value is Row,
  tell: Hints['tell'],
): RecordTable<Row> {
  const { open, run, watch } = createTransactions();
  let hasTold = false;

  function rowOf(found: unknown): Row | null {
    if (isRow(found)) return found;
    if (found !== undefined && !hasTold) {
      hasTold = true;
      tell('what is stored under this key is not a record of a session; it counts as signed out');
    }
    return null;
  }

  async function get(): Promise<Row | null> {
    let found: unknown;
    await run('readonly', ({ table, seal }) => {
      const request = table.get(key);
      request.onsuccess = () => (found = request.result);
      seal();
    });
    return rowOf(found);
  }

  return {
    watch,
    lack: () =>
      open().then(
        () => undefined,
        () => 'IndexedDB',
      ),
    // A read that failed is made once more. A write is not: it may have been made all the same, which only the version
    // of the record tells.
    get: () => get().catch(get),
    async swap(fits, next) {
      let won = false;
      await run('readwrite', ({ table, fail, seal }) => {
        const request = table.get(key);
        request.onsuccess = () => {
          won = fits(rowOf(request.result));
          try {
            if (won) table.put(next, key);
            seal();
          } catch (error) {
            // Tokens that cannot be copied, with a function in them, say.
            fail(error);
          }
        };
      });
      return won;
    },
  };
}
