import type { Known } from '../session/state/record.js';
import type { RecordHost } from '../session/core/records.js';
import { isRenewing } from '../session/state/state.js';
import type { StoreQueue } from './store-queue.js';

type Learner<T> = Pick<RecordHost<T>, 'state' | 'learn'>;

/** Reading the store, at first and whenever others may have written. */
export type Sync = {
  /** Reads the store for the first time; never rejects. */
  load(): Promise<void>;
  /** Reads it again. Where changes were `missed`, nothing goes out until that is done. */
  sync(missed?: boolean): void;
};

const REFUSALS: readonly unknown[] = ['refresh-rejected', 'refresh-lost'];

/** Takes in what others wrote. The renewal under way looks for itself, and knows best whose refresh was refused. */
export function createTakeIn<T>({ state, learn }: Learner<T>): (record: Known<T>) => void {
  return (record) => {
    const isSameSignIn = record !== null && record.epoch === state.current.record?.epoch;
    const isRenewals = isSameSignIn && (record.tokens !== null || REFUSALS.includes(record.endedBy));
    if (!isRenewals || !isRenewing(state.current)) learn(record, 'elsewhere');
  };
}

export function createSync<T>(
  { state, learn }: Learner<T>,
  queue: Pick<StoreQueue<T>, 'begin' | 'look'>,
  takeIn: (record: Known<T>) => void,
  report: (error: unknown) => void,
): Sync {
  let isReading = false;
  let isWanted = false;

  function countFailure(): void {
    state.set({ ...state.current, failedReads: state.current.failedReads + 1 });
  }

  function take(record: Known<T>): void {
    learn(record, 'load');
  }

  function couldNotRead(error: unknown): void {
    report(error);
    take(null);
    // Whoever signed in or out meanwhile does not need to know what stood there.
    if (state.current.unsaved === 0) countFailure();
  }

  async function readWhileWanted(): Promise<void> {
    isReading = true;
    while (isWanted) {
      isWanted = false;
      try {
        takeIn(await queue.look());
      } catch (error) {
        report(error);
        // Requests wait for this very read.
        if (state.current.failedReads > 0) countFailure();
      }
    }
    isReading = false;
    if (state.current.unsure) state.set({ ...state.current, unsure: false });
  }

  return {
    load() {
      try {
        const first = queue.begin();
        if (first !== null && 'then' in first) return Promise.resolve(first.then(take, couldNotRead));
        take(first);
      } catch (error) {
        couldNotRead(error);
      }
      return Promise.resolve();
    },
    sync(missed) {
      if (missed) state.set({ ...state.current, unsure: true });
      isWanted = true;
      if (!isReading) void readWhileWanted();
    },
  };
}
