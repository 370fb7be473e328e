import type { EndReason } from '../errors.js';
import { createAbortController } from './clock.js';
import type { RefreshReason } from './events.js';
import {
  brokenAnswer,
  describeFailure,
  plainAnswer,
  LONGEST_COOL_DOWN_MS,
  type RefreshFailure,
} from './failure.js';
import { STORE_TIMEOUT_MS, type Keeper, type Known } from './keeper.js';
import type { Settings } from './options.js';
import {
  believed, claimed, ended, lost, released, renewed, sameTokens, sameVersion, type RefreshClaim, type SessionRecord,
} from './record.js'; // prettier-ignore
import { noteOf } from './notes.js';
import { flawOf, mergeTokens, sameSecrets } from './tokens.js';

/** How a renewal ended. */
export type RenewalOutcome<T> =
  /** New tokens, made here. */
  | { type: 'renewed'; record: SessionRecord<T> }
  /** Somebody else renewed, signed in or signed out: this is what stands in the store. */
  | { type: 'moved'; record: Known<T> }
  /** The server refused. The record is ended, or, where `onExpired` is to be asked, given back. */
  | { type: 'refused'; record: SessionRecord<T>; reason: EndReason; note?: string }
  | { type: 'failed'; failure: RefreshFailure }
  /** Nothing was done, since nobody needs it now: only a refresh ahead of time ends so. */
  | { type: 'declined' };

export type RenewalContext<T> = {
  readonly settings: Settings<T>;
  readonly keeper: Keeper<T>;
  readonly reason: RefreshReason;
  /** The record this renewal is to replace. */
  readonly known: SessionRecord<T>;
  /** Aborted when somebody signs in or out here. */
  readonly controller: AbortController;
  /** An earlier renewal has failed just now. */
  readonly isRepeated: boolean;
  /** The deadline of `refresh` is over: aborts the call, and names what kept it. */
  giveUp(): 'RefreshTimeout' | 'RefreshWaitedForItself';
  /** Calls the user's `refresh`, marked as the session's own. */
  call(tokens: T, attempt: number): Promise<unknown>;
  /** Whether somebody still waits: nobody else is worth a retry. */
  wanted(): boolean;
  /** Whether somebody signed in or out here since it began: nothing of it is written any more. */
  isMoot(): boolean;
  /** Resolves when somebody may have changed the record. */
  hint(): Promise<void>;
  /** An answer that came after its deadline, and could still be committed. */
  salvaged(record: SessionRecord<T>): void;
};

/** Without locks nobody tells that a holder let go: the record is looked at again this often while somebody waits. */
const LOOK_AGAIN_MS = 250;

/** A store operation never takes longer than its deadline, and a claim waits for one at most before its own. */
const MOST_SLACK_MS = 2 * STORE_TIMEOUT_MS;
const MOST_LATE_CLAIMS = 3;
/** A claim that says more was written by a clock that jumped, or by nobody who means well. */
const LONGEST_LEASE_MS = 600_000;

/** Steps 1 to 8 of the protocol in ARCHITECTURE.md. Somebody else came first: look again. */
const LOOK_AGAIN = undefined;
type Step<T> = RenewalOutcome<T> | typeof LOOK_AGAIN;

/**
 * Gets new tokens: by adopting those that somebody else at this scope made, or by one refresh of its own. Compare-and-set
 * alone makes it single; locks only tell sooner that a holder is gone.
 *
 * @throws when the store fails before anything was sent
 */
export async function renew<T>(context: RenewalContext<T>): Promise<RenewalOutcome<T>> {
  const { settings, keeper, reason, known, controller } = context;
  const { clock, store, retry, refreshTimeoutMs } = settings;
  const { signal } = controller;
  // The lease outlasts the deadline, so that a holder which still lives has answered before it ends.
  const leaseMs = refreshTimeoutMs * 1.5;
  const retryLimit = context.isRepeated ? 0 : retry.limit;
  let attempts = 0;
  let lateClaims = 0;
  /** What the store took for a claim, there and back: its lease is longer by that. */
  let slackMs = 0;
  let foreign = { fence: -1, seenAt: 0 };

  for (;;) {
    const record = await keeper.look();
    // Signed in or out here while the store was read: its own write tells the others.
    if (signal.aborted || !record || !sameTokens(record, known)) return { type: 'moved', record };
    const { claim } = record;
    const outcome =
      holdBack(record) ?? (await (claim ? awaitHolder(record, claim) : claimAndRefresh(record)));
    if (outcome === LOOK_AGAIN) continue;
    if (outcome.type !== 'failed' || !(await retryAfter(outcome.failure))) return outcome;
  }

  /** Reasons to send nothing now. */
  function holdBack({ retryAt = 0, lostAt = Infinity, claim }: SessionRecord<T>): Step<T> {
    const now = clock.now();
    // One that lies too far ahead was written before the clock was set back.
    if (retryAt > now && retryAt <= now + LONGEST_COOL_DOWN_MS) {
      return { type: 'failed', failure: { kind: 'throttled', retryAt } };
    }
    // The refresh token may be spent and the server's grace is over: the tokens at hand are used to their end.
    const isSpent = now - lostAt >= settings.reuseGraceMs;
    const isTaken = claim !== null && claim.until > now;
    return reason === 'ageing' && (isSpent || isTaken) ? { type: 'declined' } : LOOK_AGAIN;
  }

  /** Somebody else refreshes: waits for a change, for the lock of that claim, or for the end of its lease. */
  async function awaitHolder(record: SessionRecord<T>, claim: RefreshClaim): Promise<typeof LOOK_AGAIN> {
    const { fence, claimedAt } = claim;
    // A clock that was set back begins anew.
    if (foreign.fence !== fence || foreign.seenAt > clock.now()) foreign = { fence, seenAt: clock.now() };
    // By whichever clock says so first: another machine's may be far ahead. A holder whose store is slow has more time.
    const longestMs = Math.min(Math.max(claim.until - claimedAt, leaseMs), LONGEST_LEASE_MS);
    const until = Math.min(claim.until, foreign.seenAt + longestMs);
    const restMs = until - clock.now();
    const hasLock = claim.locked && store.exclusive;
    // A hint counts beside the lock: that of a frozen page is never free, and the timer of a machine that slept is late.
    await underLock(hasLock ? fence : null, hasLock ? restMs : Math.min(restMs, LOOK_AGAIN_MS), async (locked) => {
      if (!locked && clock.now() < until) return;
      await keeper.write((stored) =>
        stored?.claim && sameVersion(stored, record) ? lost(stored, claimedAt) : undefined,
      );
    }, context.hint()); // prettier-ignore
    return LOOK_AGAIN;
  }

  /** Claim k is made under lock k: whoever gets that lock while the claim stands knows that its holder is gone. */
  function claimAndRefresh(record: SessionRecord<T>): Promise<Step<T>> {
    const fence = store.exclusive ? record.fence + 1 : null;
    return underLock(fence, fence === null ? 0 : leaseMs, async (locked) => {
      // The lock may have let it wait until the grace was over.
      const heldBack = holdBack(record);
      if (heldBack) return heldBack;
      const claimedAt = clock.now();
      const claim = claimed(record, claimedAt, leaseMs + slackMs, locked);
      if (signal.aborted || !(await keeper.swap(record, claim))) return LOOK_AGAIN;
      const tookMs = clock.now() - claimedAt;
      const isLate = tookMs > leaseMs + slackMs - refreshTimeoutMs;
      if (!signal.aborted && !isLate) return refresh(claim);
      await replace(claim, released(claim));
      // This process slept, or the store is slow: then a longer lease helps, as long as it is not slower each time.
      slackMs = Math.min(2 * tookMs, MOST_SLACK_MS);
      if (++lateClaims < MOST_LATE_CLAIMS) return LOOK_AGAIN;
      return { type: 'failed', failure: { kind: 'unavailable', error: 'StoreTooSlow' } };
    });
  }

  /**
   * Runs `task` once under the lock of claim `fence` (null: it has none), or without it after `patienceMs`, once there is
   * `news`, when that is no longer needed, or when the lock service fails: that costs its speed and nothing else.
   */
  async function underLock<R>(
    fence: number | null,
    patienceMs: number,
    task: (locked: boolean) => Promise<R>,
    news?: Promise<void>,
  ): Promise<R> {
    const queue = createAbortController();
    let running: Promise<R> | undefined;
    const run = (locked: boolean): Promise<R> => (running ??= task(locked));
    if (patienceMs > 0) {
      const lock = async (own: number): Promise<unknown> =>
        store.exclusive?.(own, () => run(true), { signal: queue.signal });
      await pause(patienceMs, fence === null ? undefined : lock(fence), news);
    }
    if (!running) queue.abort();
    return run(false);
  }

  async function refresh(claim: SessionRecord<T>): Promise<Step<T>> {
    const sentAt = clock.now();
    const answer = context.call(claim.tokens as T, ++attempts).then((fresh) => {
      return renewed(claim, accept(claim.tokens as T, fresh, sentAt), sentAt);
    });
    try {
      const record = await beforeDeadline(answer);
      return (await replace(claim, record)) === record ? { type: 'renewed', record } : LOOK_AGAIN;
    } catch (error) {
      // An answer after the deadline still counts, unless somebody has claimed since: then the version has changed.
      void answer.then((late) => salvage(claim, late)).catch(() => {});
      return fail(claim, error, sentAt);
    }
  }

  function beforeDeadline<Value>(answer: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', leave);
      };
      const cancel = clock.setTimer(() => {
        finish();
        reject(new NoAnswer(context.giveUp()));
      }, refreshTimeoutMs);
      // Somebody signed in or out: nobody needs it, and its timer would keep a process alive.
      const leave = (): void => {
        finish();
        reject(new NoAnswer('RefreshTimeout'));
      };
      signal.addEventListener('abort', leave);
      void answer.then(resolve, reject).finally(finish);
    });
  }

  /** The tokens that an answer makes. @throws where it is no answer */
  function accept(old: T, given: unknown, sentAt: number): T {
    const flaw = flawOf(old, given);
    if (flaw) throw brokenAnswer(flaw, given);
    const answer = plainAnswer(given);
    const tokens = mergeTokens(old, answer as T);
    const isDead = reason === 'rejected' || Number(settings.expiresAt(tokens, sentAt) ?? NaN) <= sentAt;
    if (tokens === old || (isDead && sameSecrets(old, tokens))) throw brokenAnswer('the old tokens', given);
    return tokens;
  }

  async function fail(claim: SessionRecord<T>, error: unknown, sentAt: number): Promise<Step<T>> {
    const { kind, note: said } =
      error instanceof NoAnswer ? { kind: 'ambiguous' as const } : settings.classify(error);
    if (kind === 'ended') {
      const endedBy = claim.lostAt === undefined ? 'refresh-rejected' : 'refresh-lost';
      if (claim.isGuess && reason === 'expired') {
        // They look old by their own account, were never tried, and cannot be refreshed: the server has the last word.
        const tried = believed(claim, clock.now());
        return (await replace(claim, tried)) === tried ? { type: 'moved', record: tried } : LOOK_AGAIN;
      }
      const note = noteOf(said, claim.tokens);
      const record = settings.onExpired ? released(claim) : ended(claim, endedBy, note);
      return (await replace(claim, record)) === record
        ? { type: 'refused', record, reason: endedBy, ...(note !== undefined && { note }) }
        : LOOK_AGAIN;
    }
    const failure = describeFailure(error, kind, clock.now());
    const next = kind === 'ambiguous' ? lost(claim, sentAt) : released(claim, failure.retryAt);
    return (await replace(claim, next)) === next ? { type: 'failed', failure } : LOOK_AGAIN;
  }

  /**
   * Ends the claim, and resolves to what stands then. The version is the re-read: it only matches while nobody has won
   * with newer tokens.
   */
  function replace(claim: SessionRecord<T>, next: SessionRecord<T>): Promise<Known<T>> {
    return keeper.write((stored) => (sameVersion(stored, claim) && !context.isMoot() ? next : undefined));
  }

  async function salvage(claim: SessionRecord<T>, late: SessionRecord<T>): Promise<void> {
    if ((await replace(claim, late)) === late) context.salvaged(late);
  }

  /** Waits for the next attempt, if there is to be one. */
  async function retryAfter({ kind, retryAt }: RefreshFailure): Promise<boolean> {
    if (signal.aborted || kind === 'ambiguous') return false;
    if (attempts > retryLimit || attempts === 0) return false;
    const longestMs = Math.min(retry.maxMs, retry.baseMs * 2 ** (attempts - 1));
    const delayMs = longestMs * (clock.random?.() ?? 1);
    if ((retryAt ?? 0) > clock.now() + delayMs) return false;
    if (context.wanted()) await pause(delayMs);
    return context.wanted() && !signal.aborted;
  }

  /** Resolves after `delayMs`, once any of `others` settled, or as soon as nobody needs it any more. */
  function pause(delayMs: number, ...others: (Promise<unknown> | undefined)[]): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = clock.setTimer(finish, delayMs);
      signal.addEventListener('abort', finish);
      for (const other of others) other?.then(finish, finish);
    });
  }
}

/** A refresh that was sent and whose answer did not come in time. */
class NoAnswer extends Error {
  constructor(name: 'RefreshTimeout' | 'RefreshWaitedForItself') {
    super(name);
    this.name = name;
  }
}
