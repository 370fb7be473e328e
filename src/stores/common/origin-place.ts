import { memoryStore } from '../../sharing/memory-store.js';
import type { Awaitable } from '../../session/awaitable.js';
import type { TokenStore } from '../../sharing/token-store.js';
import type { Hints } from './hints.js';
import { recordTable } from './record-table.js';

/** Reading and writing the one row of a store. */
export type Rows<Row> = {
  /** Null where there is none, and where what stands there is not one. */
  get(): Promise<Row | null>;
  /** Writes `next` if the row that stands there `fits`: at once for the whole origin. */
  swap(fits: (standing: Row | null) => boolean, next: Row): Promise<boolean>;
};

/**
 * Where a store of the browser keeps its record. With `whenFull` a disk that is full is no reason to fail: it begins
 * what is kept in memory from then on.
 */
export type OriginPlace<T, Row> = <R>(
  inTable: (rows: Rows<Row>) => Promise<R>,
  inMemory: (memory: TokenStore<T>) => Awaitable<R>,
  whenFull?: (memory: TokenStore<T>) => Awaitable<R>,
) => Promise<R>;

export type OriginPlaceOptions<Row> = {
  readonly rowKey: IDBValidKey;
  readonly hints: Hints;
  readonly isRow: (value: unknown) => value is Row;
  /** What else this store needs and cannot have. */
  readonly lack?: () => string | undefined;
};

/**
 * A row in IndexedDB for all pages and workers of the origin, or, where that cannot be had from the start, memory for
 * this page alone: half here and half there would be worse. It says so when it had to help itself.
 */
export function originPlace<T, Row>({
  rowKey,
  hints,
  isRow,
  lack,
}: OriginPlaceOptions<Row>): OriginPlace<T, Row> {
  const table = recordTable(rowKey);
  const memory = memoryStore<T>();
  let looking: Promise<'table' | 'memory'> | undefined;
  let reported = false;

  async function look(): Promise<'table' | 'memory'> {
    const missing = lack?.() ?? (await table.open().then(nothing, () => 'IndexedDB'));
    if (missing === undefined) return 'table';
    hints.tell(`${missing} cannot be used here; the session is kept in memory, for this page alone`);
    return 'memory';
  }

  function rowOf(found: unknown): Row | null {
    if (isRow(found)) return found;
    if (found !== undefined && !reported) {
      reported = true;
      hints.tell(
        'what is stored under the key of this session is not a record of it; it counts as signed out',
      );
    }
    return null;
  }

  const rows: Rows<Row> = {
    get: async () => rowOf(await table.get()),
    swap: (fits, next) => table.swap((found) => fits(rowOf(found)), next),
  };
  return async (inTable, inMemory, whenFull) => {
    looking ??= look();
    if ((await looking) === 'memory') return inMemory(memory);
    try {
      return await inTable(rows);
    } catch (error) {
      if (!whenFull || (error as Error).name !== 'QuotaExceededError') throw error;
      looking = Promise.resolve('memory');
      hints.tell(
        'IndexedDB is full (QuotaExceededError); the session is kept in memory, for this page alone',
      );
      return whenFull(memory);
    }
  };
}

function nothing(): undefined {
  return undefined;
}
