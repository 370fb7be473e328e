import { isThenable, type Awaitable } from '../session/platform/awaitable.js';
import type { Clock } from '../session/platform/clock.js';
import { storedTokens } from '../session/tokens/plain-tokens.js';
import { sameVersion, type Change, type Known, type SessionRecord } from '../session/state/record.js';
import { isSessionRecord } from './is-session-record.js';
import type { TokenStore } from './token-store.js';

/** A store that does not answer within this counts as failed, so that it cannot hold anybody for ever. */
export const STORE_TIMEOUT_MS = 5_000;
/** How long until a change that could not be saved is tried again: doubling from the first to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/**
 * The one way to the store. Operations go one after the other, so what they find is never older than what was known;
 * each has a deadline; and a change that the store did not take is owed to it, and counts meanwhile.
 */
export type StoreQueue<T> = {
  /** The first look, before any other: at once where the store answers at once. */
  begin(): Awaitable<Known<T>>;
  /** What stands in the store once all that is owed is saved. @throws when the store fails or does not answer */
  look(): Promise<Known<T>>;
  /** One compare-and-set, owed to nobody. @throws when the store fails or does not answer */
  swap(expected: Known<T>, next: SessionRecord<T>): Promise<boolean>;
  /** Makes a change, as often as somebody else comes first. Resolves to what counts from now on; never rejects. */
  write(change: Change<T>): Promise<Known<T>>;
  close(): void;
};

/**
 * @param report is told of what failed in the background
 * @param saved is told what stands once a change that was owed has been saved
 */
export function createStoreQueue<T>(
  store: TokenStore<T>,
  clock: Clock,
  report: (error: unknown) => void,
  saved: (record: Known<T>) => void,
): StoreQueue<T> {
  let owed: Change<T>[] = [];
  let known: Known<T> = null;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry = (): void => {};
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  /** Its caller hears of the outcome before the next operation begins. */
  function inTurn<Value>(task: () => Awaitable<Value>): Promise<Value> {
    const turn = queue.then(task);
    queue = turn.catch(() => {});
    return turn;
  }

  function inTime<Value>(answer: Awaitable<Value>): Awaitable<Value> {
    if (!isThenable(answer)) return answer;
    return new Promise((resolve, reject) => {
      const cancel = clock.setTimer(() => reject(storeError('StoreTimeout')), STORE_TIMEOUT_MS);
      Promise.resolve(answer).then(resolve, reject).finally(cancel);
    });
  }

  function checked(answer: Known<T> | undefined): Known<T> {
    // A store that is a thin layer over another has undefined for nothing.
    if (answer === null || answer === undefined) return null;
    if (!isSessionRecord(answer)) throw storeError('NotARecord');
    return { ...answer, tokens: storedTokens(answer.tokens) };
  }

  function withOwed(stored: Known<T>): Known<T> {
    return owed.reduce((record, change) => change(record) ?? record, stored);
  }

  async function swap(expected: Known<T>, next: SessionRecord<T>): Promise<boolean> {
    if (await inTime(store.compareAndSet(expected, next))) {
      known = next;
      return true;
    }
    // Somebody wrote first, so the version has changed. Where it has not, trying again would never end.
    if (sameVersion(checked(await inTime(store.read())), expected)) throw storeError('StoreContradiction');
    return false;
  }

  async function settle(): Promise<Known<T>> {
    try {
      for (;;) {
        const stored = checked(await inTime(store.read()));
        const next = withOwed(stored);
        if (next !== null && next !== stored && !(await swap(stored, next))) continue;
        owed = [];
        retryMs = FIRST_RETRY_MS;
        cancelRetry();
        return (known = next);
      }
    } catch (error) {
      cancelRetry();
      if (owed.length > 0 && !closed) {
        cancelRetry = clock.setTimer(() => void inTurn(settle).then(saved).catch(report), retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
      throw error;
    }
  }

  return {
    begin() {
      const answer = inTime(store.read());
      if (!isThenable(answer)) return (known = checked(answer));
      return inTurn(async () => (known = checked(await answer)));
    },
    look: () => inTurn(settle),
    swap: (expected, next) => inTurn(() => swap(expected, next)),
    write: (change) =>
      inTurn(() => {
        owed.push(change);
        return settle().catch((error: unknown) => {
          report(error);
          return (known = withOwed(known));
        });
      }),
    close() {
      closed = true;
      cancelRetry();
    },
  };
}

function storeError(name: string): Error {
  return Object.assign(new Error(name), { name });
}
