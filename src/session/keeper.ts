import type { Clock } from './clock.js';
import { nameOf } from './events.js';
import { ended, sameVersion, type SessionRecord } from './record.js';
import type { Awaitable, TokenStore } from './store.js';

/** A store that does not answer within this counts as failed, so that it cannot hold anybody for ever. */
const STORE_TIMEOUT_MS = 5_000;
/** How long until a record that could not be saved is tried again: doubling from the first to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** What should stand in the store, given what stands there; undefined leaves it. */
export type Change<T> = (stored: SessionRecord<T> | null) => SessionRecord<T> | undefined;

/** The one way to the store: with a deadline, one local write after the other, and with a memory for what it owes. */
export type Keeper<T> = {
  /** @throws when the store fails or does not answer */
  read(): Awaitable<SessionRecord<T> | null>;
  /** @throws when the store fails or does not answer */
  compareAndSet(expected: SessionRecord<T> | null, next: SessionRecord<T>): Promise<boolean>;
  /**
   * Writes what `change` makes of the newest record, as often as somebody else comes first. Resolves to what stands
   * now, and never rejects: what the store refuses is owed to it, and counts meanwhile.
   */
  write(change: Change<T>, known: SessionRecord<T> | null): Promise<SessionRecord<T> | null>;
  /** Takes on a record that could not be saved: it is tried again until it is, or until a newer one stands there. */
  owe(record: SessionRecord<T>): void;
  /** Whether something is owed. */
  readonly owes: boolean;
  /** Tries at once to save what is owed; whether nothing is any more. */
  settle(): Promise<boolean>;
  close(): void;
};

export function createKeeper<T>(
  store: TokenStore<T>,
  clock: Clock,
  report: (problem: string) => void,
): Keeper<T> {
  let owed: SessionRecord<T> | null = null;
  /** The last record that was read or written here. */
  let latest: SessionRecord<T> | null = null;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry = (): void => {};
  let queue: Promise<unknown> = Promise.resolve();

  function ask<Value>(operation: () => Awaitable<Value>): Awaitable<Value> {
    const answer = operation();
    if (!isThenable(answer)) return answer;
    return new Promise((resolve, reject) => {
      const cancel = clock.setTimer(() => reject(new StoreTimeout()), STORE_TIMEOUT_MS);
      Promise.resolve(answer).then(resolve, reject).finally(cancel);
    });
  }

  function read(): Awaitable<SessionRecord<T> | null> {
    const answer = ask(() => store.read());
    return isThenable(answer) ? answer.then(see) : see(answer);
  }

  function see(record: SessionRecord<T> | null): SessionRecord<T> | null {
    return (latest = record);
  }

  /** A sign-in that nobody has learned of may stand there by now: counters made without it would come twice. */
  function newest(known: SessionRecord<T> | null): SessionRecord<T> | null {
    return [owed, latest].reduce((a, b) => ((b?.generation ?? 0) > (a?.generation ?? 0) ? b : a), known);
  }

  async function compareAndSet(expected: SessionRecord<T> | null, next: SessionRecord<T>): Promise<boolean> {
    if (await ask(() => store.compareAndSet(expected, next))) {
      see(next);
      return true;
    }
    // Somebody wrote first, so the version has changed. Where it has not, trying again would never end.
    if (sameVersion(await read(), expected)) throw new StoreContradiction();
    return false;
  }

  /** Local writes go one after the other, so that the last one asked for is the last one to land. */
  function inTurn<Value>(task: () => Promise<Value>): Promise<Value> {
    const turn = queue.then(task);
    queue = turn.catch(() => {});
    return turn;
  }

  async function apply(change: Change<T>): Promise<SessionRecord<T> | null> {
    for (;;) {
      const stored = await read();
      const next = change(stored);
      if (next === undefined) return stored;
      if (await compareAndSet(stored, next)) return next;
    }
  }

  function owe(record: SessionRecord<T>): void {
    owed = record;
    cancelRetry();
    cancelRetry = clock.setTimer(() => void settle(), retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }

  function settle(): Promise<boolean> {
    return inTurn(async () => {
      const record = owed;
      if (record === null) return true;
      try {
        await apply((stored) => overdue(record, stored));
        // Something else may be owed by now.
        if (owed === record) paid();
      } catch (error) {
        report(nameOf(error));
        if (owed === record) owe(record);
      }
      return owed === null;
    });
  }

  function paid(): void {
    owed = null;
    retryMs = FIRST_RETRY_MS;
    cancelRetry();
  }

  return {
    read,
    compareAndSet,
    write: (change, known) =>
      inTurn(async () => {
        try {
          const standing = await apply(change);
          paid();
          return standing;
        } catch (error) {
          report(nameOf(error));
          const standing = newest(known);
          const next = change(standing);
          if (next !== undefined) owe(next);
          return next ?? standing;
        }
      }),
    owe,
    get owes() {
      return owed !== null;
    },
    settle,
    close: () => cancelRetry(),
  };
}

/** What a record that comes late makes of the one that stands there meanwhile: the newer generation counts. */
function overdue<T>(record: SessionRecord<T>, stored: SessionRecord<T> | null): SessionRecord<T> | undefined {
  if (stored === null) return record;
  if (record.tokens === null && record.endedBy !== undefined) {
    // A sign-out also ends what others made of the same sign-in since.
    const lives = stored.epoch === record.epoch && stored.tokens !== null;
    return lives ? ended(stored, record.endedBy) : undefined;
  }
  const isNewer =
    stored.epoch === record.epoch ? stored.generation >= record.generation : stored.epoch > record.epoch;
  if (isNewer) return undefined;
  // A refresh of an earlier sign-in may have landed late, and have taken the number of this one.
  const generation = Math.max(record.generation, stored.generation + 1);
  return { ...record, generation, fence: Math.max(record.fence, stored.fence) };
}

class StoreContradiction extends Error {
  override readonly name = 'StoreContradiction';
}

class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout';
}

function isThenable<Value>(value: Awaitable<Value>): value is PromiseLike<Value> {
  return typeof (value as PromiseLike<Value> | null)?.then === 'function';
}
