import type { EndReason } from '../errors.js';
import type { Breaker } from './breaker.js';
import { createAbortController } from './clock.js';
import type { RefreshReason } from './events.js';
import { describeFailure, LONGEST_COOL_DOWN_MS, type RefreshFailure } from './failure.js';
import type { Keeper } from './keeper.js';
import { lockstep } from './lockstep.js';
import type { Settings } from './options.js';
import { claimed, ended, lost, released, renewed, type RefreshIntent, type SessionRecord } from './record.js';
import { flawOf, mergeTokens, sameTokens } from './tokens.js';

/** How a renewal ended. */
export type RenewalOutcome<T> =
  /** New tokens, made here. */
  | { type: 'renewed'; record: SessionRecord<T> }
  /** Somebody else renewed, signed in or signed out: this is what stands in the store. */
  | { type: 'moved'; record: SessionRecord<T> | null }
  /** The server refused. The record is ended, or, where `onExpired` is to be asked, given back. */
  | { type: 'refused'; record: SessionRecord<T>; reason: EndReason }
  | { type: 'failed'; failure: RefreshFailure }
  /** Nothing was done, since nobody needs it now: only a refresh ahead of time ends so. */
  | { type: 'declined' };

export type RenewalContext<T> = {
  readonly settings: Settings<T>;
  readonly keeper: Keeper<T>;
  readonly breaker: Breaker;
  readonly reason: RefreshReason;
  /** The record this renewal is to replace. */
  readonly known: SessionRecord<T>;
  /** Aborts when somebody signs in or out here: whatever comes then is dropped. */
  readonly signal: AbortSignal;
  /** Calls the user's `refresh`, marked as the session's own. */
  call(tokens: T, signal: AbortSignal, attempt: number): Promise<unknown>;
  /** Whether somebody still waits: nobody else is worth a retry. */
  wanted(): boolean;
  /** Calls `listener` when the record changed in the store; returns its undo. */
  onHint(listener: () => void): () => void;
  /** An answer that came after its deadline, and could still be committed. */
  salvaged(record: SessionRecord<T>): void;
};

/** Steps 1 to 8 of the protocol in ARCHITECTURE.md. Somebody else came first: look again. */
const LOOK_AGAIN = undefined;
type Step<T> = Promise<RenewalOutcome<T> | typeof LOOK_AGAIN>;

/**
 * Gets new tokens: by adopting those that somebody else at this scope made, or by one refresh of its own. Compare-and-set
 * alone makes it single; the locks of {@link lockstep} only tell sooner that a holder is gone.
 *
 * @throws when the store fails before anything was sent
 */
export async function renew<T>(context: RenewalContext<T>): Promise<RenewalOutcome<T>> {
  const { settings, keeper, breaker, reason, known, signal } = context;
  const { clock, retry, refreshTimeoutMs } = settings;
  // The lease outlasts the deadline, so that a holder which still lives has answered before it ends.
  const leaseMs = refreshTimeoutMs * 1.5;
  const locks = lockstep(settings.store, clock, signal, context.onHint);
  let attempts = 0;
  let foreign = { fence: -1, seenAt: 0 };

  for (;;) {
    const record = await keeper.read();
    // Signed in or out here while the store was read: its own write tells the others.
    if (signal.aborted || record === null || hasMoved(record)) return { type: 'moved', record };
    const held = holdBack(record);
    const { intent } = record;
    const outcome = held ?? (await (intent ? awaitHolder(record, intent) : claimAndRefresh(record)));
    if (outcome === LOOK_AGAIN) continue;
    if (outcome.type !== 'failed' || !(await retryAfter(outcome.failure))) return outcome;
  }

  function hasMoved(record: SessionRecord<T>): boolean {
    return record.epoch !== known.epoch || record.generation !== known.generation || record.tokens === null;
  }

  /** Reasons to send nothing now. */
  function holdBack(record: SessionRecord<T>): RenewalOutcome<T> | typeof LOOK_AGAIN {
    const now = clock.now();
    const { retryAt } = record;
    // One that lies too far ahead was written before the clock was set back.
    if (retryAt !== undefined && retryAt > now && retryAt <= now + LONGEST_COOL_DOWN_MS) {
      return { type: 'failed', failure: { kind: 'throttled', retryAt } };
    }
    const openUntil = breaker.openUntil(now);
    if (openUntil !== undefined) return { type: 'failed', failure: { kind: 'too-many', retryAt: openUntil } };
    if (reason !== 'ageing') return LOOK_AGAIN;
    // The refresh token may be spent and the server's grace is over: the tokens at hand are used to their end.
    const spent = record.lostAt !== undefined && now - record.lostAt >= settings.reuseGraceMs;
    const isTaken = record.intent !== null && record.intent.until > now;
    return spent || isTaken ? { type: 'declined' } : LOOK_AGAIN;
  }

  /** Somebody else refreshes: waits for a change, for the lock of that claim, or for the end of its lease. */
  async function awaitHolder(record: SessionRecord<T>, intent: RefreshIntent): Step<T> {
    if (foreign.fence !== intent.fence) foreign = { fence: intent.fence, seenAt: clock.now() };
    // By whichever clock says so first: another machine's may be far ahead.
    const until = Math.min(intent.until, foreign.seenAt + leaseMs);
    await locks.whenFree(intent.locked ? intent.fence : null, until - clock.now(), async (locked) => {
      if (locked || clock.now() >= until) await keeper.compareAndSet(record, lost(record, intent.sentAt));
    });
    return LOOK_AGAIN;
  }

  async function claimAndRefresh(record: SessionRecord<T>): Step<T> {
    // Claim k is made under lock k: whoever gets that lock while the claim stands knows that its holder is gone.
    return locks.whenFree(record.fence + 1, settings.store.exclusive ? leaseMs : 0, async (locked) => {
      const claimedAt = clock.now();
      const claim = claimed(record, claimedAt, leaseMs, locked);
      if (!(await keeper.compareAndSet(record, claim))) return LOOK_AGAIN;
      const slept = clock.now() - claimedAt > leaseMs - refreshTimeoutMs;
      if (signal.aborted || slept) {
        await keeper.compareAndSet(claim, released(claim));
        return LOOK_AGAIN;
      }
      return refresh(claim);
    });
  }

  async function refresh(claim: SessionRecord<T>): Step<T> {
    const tokens = claim.tokens as T;
    const sentAt = clock.now();
    breaker.count(sentAt);
    try {
      const answer = await callInTime(tokens, (late) => void salvage(claim, late, sentAt));
      return await commit(claim, accept(tokens, answer, sentAt), sentAt);
    } catch (error) {
      return fail(claim, error, sentAt);
    }
  }

  /** The user's `refresh` under its deadline; an answer after that goes to `late`. */
  function callInTime(tokens: T, late: (answer: unknown) => void): Promise<unknown> {
    const controller = createAbortController();
    const abort = (): void => controller.abort();
    signal.addEventListener('abort', abort);
    return new Promise((resolve, reject) => {
      let overdue = false;
      const cancel = clock.setTimer(() => {
        overdue = true;
        reject(new RefreshTimeout());
        abort();
      }, refreshTimeoutMs);
      const call = context.call(tokens, controller.signal, ++attempts);
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', abort);
      };
      call.then((answer) => (overdue ? late(answer) : resolve(answer)), reject).finally(finish);
    });
  }

  /** The tokens that an answer makes. @throws {@link BrokenAnswer} */
  function accept(old: T, answer: unknown, sentAt: number): T {
    const flaw = flawOf(old, answer);
    if (flaw) throw new BrokenAnswer(flaw);
    const tokens = mergeTokens(old, answer as T);
    const dead = reason === 'rejected' || Number(settings.expiresAt(tokens, sentAt) ?? NaN) <= sentAt;
    if (dead && sameTokens(old, tokens)) throw new BrokenAnswer('the same dead tokens');
    return tokens;
  }

  async function commit(claim: SessionRecord<T>, tokens: T, sentAt: number): Step<T> {
    if (signal.aborted) return LOOK_AGAIN;
    const record = renewed(claim, tokens, sentAt);
    return (await replace(claim, record)) ? { type: 'renewed', record } : LOOK_AGAIN;
  }

  /**
   * Ends the claim. A store that fails now is owed the record, which counts all the same: new tokens are the only ones
   * there are, and a refusal stands. False when somebody wrote first.
   */
  async function replace(claim: SessionRecord<T>, next: SessionRecord<T>): Promise<boolean> {
    try {
      return await keeper.compareAndSet(claim, next);
    } catch (error) {
      // Unless somebody signed in or out here meanwhile: that is what the store is owed.
      if (!signal.aborted) keeper.owe(next, error);
      return true;
    }
  }

  /** Counts only if nobody has claimed since: then the old refresh token may be in use again. */
  async function salvage(claim: SessionRecord<T>, answer: unknown, sentAt: number): Promise<void> {
    try {
      const record = renewed(claim, accept(claim.tokens as T, answer, sentAt), sentAt);
      if (!signal.aborted && (await keeper.compareAndSet(claim, record))) context.salvaged(record);
    } catch {
      // Told already, when the deadline was over.
    }
  }

  async function fail(claim: SessionRecord<T>, error: unknown, sentAt: number): Step<T> {
    const kind =
      error instanceof BrokenAnswer || error instanceof RefreshTimeout
        ? 'ambiguous'
        : settings.classify(error);
    if (kind === 'ended') return refuse(claim);
    const failure = describeFailure(error, kind, clock.now());
    const next = kind === 'ambiguous' ? lost(claim, sentAt) : released(claim, failure.retryAt);
    return (await replace(claim, next)) ? { type: 'failed', failure } : LOOK_AGAIN;
  }

  /** The version is the re-read: it only matches while nobody has won with newer tokens. */
  async function refuse(claim: SessionRecord<T>): Step<T> {
    const endedBy = claim.lostAt === undefined ? 'refresh-rejected' : 'refresh-lost';
    const record = settings.onExpired ? released(claim) : ended(claim, endedBy);
    return (await replace(claim, record)) ? { type: 'refused', record, reason: endedBy } : LOOK_AGAIN;
  }

  /** Waits for the next attempt, if there is to be one. */
  async function retryAfter({ kind, retryAt }: RefreshFailure): Promise<boolean> {
    if (kind === 'ambiguous' || kind === 'too-many' || attempts > retry.limit || attempts === 0) return false;
    const longestMs = Math.min(retry.maxMs, retry.baseMs * 2 ** (attempts - 1));
    const delayMs = longestMs * (clock.random?.() ?? 1);
    const openUntil = retryAt ?? breaker.openUntil(clock.now());
    if (openUntil !== undefined && openUntil > clock.now() + delayMs) return false;
    if (context.wanted()) await locks.pause(delayMs);
    return context.wanted() && !signal.aborted;
  }
}

class RefreshTimeout extends Error {
  override readonly name = 'RefreshTimeout';
}

class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';
}
