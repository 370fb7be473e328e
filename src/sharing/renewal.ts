import { createAbortController } from '../session/platform/abort-controller.js';
import { firstOf } from '../session/platform/first-of.js';
import { notNow } from '../session/core/not-now.js';
import {
  givenBack,
  lost,
  sameTokens,
  sameVersion,
  type RefreshClaim,
  type SessionRecord,
} from '../session/state/record.js';
import type { RenewalJob, RenewalLimits, RenewalOutcome } from '../session/core/records.js';
import { claimed } from '../session/state/record.js';
import { STORE_TIMEOUT_MS, type StoreQueue } from './store-queue.js';
import type { TokenStore } from './token-store.js';

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
 * @param nextHint resolves when somebody may have changed the record
 * @throws when the store fails before anything was sent
 */
export async function renewShared<T>(
  job: RenewalJob<T>,
  store: TokenStore<T>,
  queue: Pick<StoreQueue<T>, 'look' | 'swap' | 'write'>,
  limits: RenewalLimits,
  nextHint: () => Promise<void>,
): Promise<RenewalOutcome<T>> {
  const { reason, known, signal } = job;
  const { clock, refreshTimeoutMs } = limits;
  // The lease outlasts the deadline, so that a holder which still lives has answered before it ends.
  const leaseMs = refreshTimeoutMs * 1.5;
  let lateClaims = 0;
  /** What the store took for a claim, there and back: its lease is longer by that. */
  let slackMs = 0;
  let foreign = { fence: -1, seenAt: 0 };

  for (;;) {
    const hint = nextHint();
    const record = await queue.look();
    // Signed in or out here while the store was read: its own write tells the others.
    if (signal.aborted || !record || !sameTokens(record, known)) return { type: 'moved', record };
    const outcome = notNowFor(record) ?? (await takeTurn(record, hint));
    if (outcome === LOOK_AGAIN) continue;
    if (outcome.type !== 'failed' || !(await job.retryAfter(outcome.failure))) return outcome;
  }

  /** Reasons to send nothing now. A refresh ahead of time is left to whoever makes one already. */
  function notNowFor(record: SessionRecord<T>): Step<T> {
    const isTaken = record.claim !== null && record.claim.until > clock.now();
    const outcome = notNow(record, reason, limits);
    return !outcome && reason === 'ageing' && isTaken ? { type: 'declined' } : outcome;
  }

  function takeTurn(record: SessionRecord<T>, hint: Promise<void>): Promise<Step<T>> {
    if (record.claim) return awaitHolder(record, record.claim, hint);
    if (!store.exclusive) return claimAndRefresh(record, false);
    // Claim k is made under lock k: whoever gets that lock while the claim stands knows that its holder is gone.
    return underLock(record.fence + 1, leaseMs, (isLocked) => claimAndRefresh(record, isLocked));
  }

  /** Somebody else refreshes: waits for a change, for the lock of that claim, or for the end of its lease. */
  async function awaitHolder(
    record: SessionRecord<T>,
    claim: RefreshClaim,
    hint: Promise<void>,
  ): Promise<typeof LOOK_AGAIN> {
    const until = endOfLease(claim);
    const restMs = until - clock.now();
    const letGo = async (isGone: boolean): Promise<void> => {
      if (isGone || clock.now() >= until) await markLost(record, claim);
    };
    // A hint counts beside the lock: that of a frozen page is never free, and the timer of a machine that slept is late.
    if (claim.locked && store.exclusive) await underLock(claim.fence, restMs, letGo, hint);
    else await pause(Math.min(restMs, LOOK_AGAIN_MS), hint).then(() => letGo(false));
    return LOOK_AGAIN;
  }

  /** By whichever clock says so first: another machine's may be far ahead. */
  function endOfLease({ fence, claimedAt, until }: RefreshClaim): number {
    // A clock that was set back begins anew.
    if (foreign.fence !== fence || foreign.seenAt > clock.now()) foreign = { fence, seenAt: clock.now() };
    // A holder whose store is slow has more time.
    const longestMs = Math.max(Math.min(until - claimedAt, LONGEST_LEASE_MS), leaseMs);
    return Math.min(until, foreign.seenAt + longestMs);
  }

  async function markLost(record: SessionRecord<T>, { claimedAt }: RefreshClaim): Promise<void> {
    await queue.write((stored) => {
      return stored?.claim && sameVersion(stored, record) ? lost(stored, claimedAt) : undefined;
    });
  }

  async function claimAndRefresh(record: SessionRecord<T>, isLocked: boolean): Promise<Step<T>> {
    // The lock may have let it wait until the grace was over.
    const outcome = notNowFor(record);
    if (outcome) return outcome;
    const claimedAt = clock.now();
    const claim = claimed(record, claimedAt, leaseMs + slackMs, isLocked);
    if (signal.aborted || !(await queue.swap(record, claim))) return LOOK_AGAIN;
    const tookMs = clock.now() - claimedAt;
    const isLate = tookMs > leaseMs + slackMs - refreshTimeoutMs;
    if (!signal.aborted && !isLate) return job.attempt(claim);
    await queue.write((stored) => (sameVersion(stored, claim) ? givenBack(claim) : undefined));
    // This process slept, or the store is slow: then a longer lease helps, as long as it is not slower each time.
    slackMs = Math.min(2 * tookMs, MOST_SLACK_MS);
    if (++lateClaims < MOST_LATE_CLAIMS) return LOOK_AGAIN;
    return { type: 'failed', failure: { kind: 'unavailable', error: 'StoreTooSlow' } };
  }

  /**
   * Runs `task` once: under the lock of claim `fence`; or without it after `patienceMs`, at a hint, when it is no longer
   * needed, or when the lock service fails, which costs its speed and nothing else.
   */
  async function underLock<R>(
    fence: number,
    patienceMs: number,
    task: (isLocked: boolean) => Promise<R>,
    hint?: Promise<void>,
  ): Promise<R> {
    const waiting = createAbortController();
    let running: Promise<R> | undefined;
    const run = (isLocked: boolean): Promise<R> => (running ??= task(isLocked));
    const lock = async (): Promise<unknown> =>
      store.exclusive?.(fence, () => run(true), { signal: waiting.signal });
    if (patienceMs > 0 && hint) {
      // A lock service that grants nothing, and says so at once, is no reason to look again and again without a rest.
      const orRest = (): unknown => running ?? pause(Math.min(patienceMs, LOOK_AGAIN_MS), hint);
      await pause(patienceMs, lock().then(orRest, orRest), hint);
    } else if (patienceMs > 0) await pause(patienceMs, lock());
    if (!running) waiting.abort();
    return run(false);
  }

  /** Resolves after `delayMs`, once any of `events` happened or failed, or as soon as nobody needs it any more. */
  function pause(delayMs: number, ...events: Promise<unknown>[]): Promise<void> {
    const first = Promise.race(events).then(
      () => {},
      () => {},
    );
    return firstOf(clock, delayMs, signal, first, () => {});
  }
}
