import type { Clock } from './clock.js';
import { nameOf } from './events.js';
import { compareVersions, ended, sameVersion, type SessionRecord } from './record.js';
import type { Awaitable, TokenStore } from './store.js';

/** A store that does not answer within this counts as failed, so that it cannot hold anybody for ever. */
const STORE_TIMEOUT_MS = 5_000;
/** How long until a record that could not be saved is tried again: doubling from the first to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

type Known<T> = SessionRecord<T> | null;

/**
 * What should stand in the store, given what stands there; undefined leaves it. `newest` is the newest record ever seen
 * here, for counters that only go up: a store may have been emptied since.
 */
export type Change<T> = (standing: Known<T>, newest: Known<T>) => SessionRecord<T> | undefined;

/** The one way to the store: with a deadline, one local write after the other, and with a memory for what it owes. */
export type Keeper<T> = {
  /** @throws when the store fails or does not answer */
  read(): Awaitable<Known<T>>;
  /** The same after every write that was asked for before. */
  readInTurn(): Promise<Known<T>>;
  /** @throws when the store fails or does not answer */
  compareAndSet(expected: Known<T>, next: SessionRecord<T>): Promise<boolean>;
  /**
   * Writes what `change` makes of the newest record, as often as somebody else comes first. Resolves to what stands
   * now, and never rejects: what the store refuses is owed to it, and counts meanwhile.
   */
  write(change: Change<T>): Promise<Known<T>>;
  /** Takes on a record that could not be saved: it is tried again until it is, or until a newer one stands there. */
  owe(record: SessionRecord<T>, error: unknown): void;
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
  let owed: Known<T> = null;
  let newest: Known<T> = null;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry = (): void => {};
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  function ask<Value>(operation: () => Awaitable<Value>): Awaitable<Value> {
    const answer = operation();
    if (!isThenable(answer)) return answer;
    return new Promise((resolve, reject) => {
      const cancel = clock.setTimer(() => reject(new StoreTimeout()), STORE_TIMEOUT_MS);
      Promise.resolve(answer).then(resolve, reject).finally(cancel);
    });
  }

  function read(): Awaitable<Known<T>> {
    const answer = ask(() => store.read());
    return isThenable(answer) ? answer.then(see) : see(answer);
  }

  function see<Value extends Known<T>>(record: Value): Value {
    // A slow read may tell of older times than a write that was faster.
    newest = newer(record, newest);
    return record;
  }

  async function compareAndSet(expected: Known<T>, next: SessionRecord<T>): Promise<boolean> {
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

  /** What is owed counts as if it stood there. */
  function withOwed(stored: Known<T>): Known<T> {
    return owed === null ? stored : see(overdue(owed, stored));
  }

  async function apply(change: Change<T>): Promise<Known<T>> {
    for (;;) {
      const stored = await read();
      const standing = withOwed(stored);
      const next = change(standing, newer(standing, newest)) ?? standing;
      if (next === null || next === stored) return stored;
      if (await compareAndSet(stored, next)) return next;
    }
  }

  function owe(record: SessionRecord<T>, error: unknown): void {
    report(nameOf(error));
    owed = see(record);
    cancelRetry();
    if (closed) return;
    cancelRetry = clock.setTimer(() => void settle(), retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }

  function write(change: Change<T>): Promise<Known<T>> {
    return inTurn(async () => {
      let made: SessionRecord<T> | undefined;
      try {
        const standing = await apply((...records) => (made = change(...records)));
        owed = null;
        retryMs = FIRST_RETRY_MS;
        cancelRetry();
        return standing;
      } catch (error) {
        // What was tried may have been written all the same: made anew, it would seem newer than what came of it since.
        const next = made ?? change(owed ?? newest, newest) ?? owed;
        if (next === null) report(nameOf(error));
        else owe(next, error);
        return next ?? newest;
      }
    });
  }

  async function settle(): Promise<boolean> {
    await write(() => undefined);
    return owed === null;
  }

  return {
    read,
    readInTurn: () => inTurn(async () => withOwed(await read())),
    compareAndSet,
    write,
    owe,
    get owes() {
      return owed !== null;
    },
    settle,
    close() {
      closed = true;
      cancelRetry();
    },
  };
}

/** The newer of the two; the first where neither is. */
function newer<T>(a: Known<T>, b: Known<T>): Known<T> {
  if (a === null || b === null) return a ?? b;
  return compareVersions(a, b) < 0 ? b : a;
}

/** What a record that comes late makes of the one that stands there meanwhile: the newer one counts. */
function overdue<T>(late: SessionRecord<T>, stored: Known<T>): SessionRecord<T> {
  if (stored === null) return late;
  // A claim that was given back as lost has the version of the claim.
  const givesBack = sameVersion(late, stored) && stored.intent !== null;
  if (givesBack) return late;
  if (compareVersions(late, stored) > 0) {
    // Where an earlier sign-in has counted further meanwhile, its version must not come twice: a claim could match it.
    const overtaken = stored.generation >= late.generation ? 1 : 0;
    return { ...late, fence: Math.max(late.fence, stored.fence + overtaken) };
  }
  // A sign-out also ends what others made of the same sign-in since.
  const revives = stored.epoch === late.epoch && stored.tokens !== null;
  return revives && late.endedBy !== undefined ? ended(stored, late.endedBy) : stored;
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
