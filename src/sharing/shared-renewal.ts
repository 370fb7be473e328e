import { createAbortController } from '../session/platform/abort-controller.js';
import { firstOf } from '../session/platform/first-of.js';
import { notNow } from '../session/core/not-now.js';
import {
  claimed,
  givenBack,
  lost,
  sameTokens,
  sameVersion,
  type RefreshClaim,
  type SessionRecord,
} from '../session/state/record.js';
import type { RenewalJob, RenewalLimits, RenewalOutcome } from '../session/core/records.js';
import { STORE_TIMEOUT_MS, type StoreQueue } from './store-queue.js';
import type { TokenStore } from './token-store.js';

/** Without locks nobody tells that a holder let go: the record is read this often while somebody waits for it. */
const POLL_MS = 250;
/** A claim waits for one store operation before its own, and neither takes longer than its deadline. */
const MOST_SLACK_MS = 2 * STORE_TIMEOUT_MS;
const MOST_LATE_CLAIMS = 3;
/** A claim that says more was written by a clock that jumped, or by nobody who means well. */
const LONGEST_LEASE_MS = 600_000;

/** Somebody else came first: back to reading the record. */
const LOOK_AGAIN = undefined;
type Step<T> = RenewalOutcome<T> | typeof LOOK_AGAIN;

/**
 * Gets new tokens: by adopting those that somebody else at this scope made, or by one refresh of its own. Compare-and-set
 * alone makes it single; locks only tell sooner that a holder is gone. ARCHITECTURE.md tells it in steps: 1 is the loop, 2
 * `awaitHolder`, 3 and 4 `claimAndRefresh`, 5 to 7 the job's `attempt`.
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
  /** Somebody else's claim, and when it was first seen here. */
  let firstSeen = { fence: -1, at: 0 };

  for (;;) {
    const hint = nextHint();
    const record = await queue.look();
    // Signed in or out here while the store was read: its own write tells the others.
    if (signal.aborted || !record || !sameTokens(record, known)) return { type: 'moved', record };
    const outcome = notNowFor(record) ?? (await takeTurn(record, hint));
    if (outcome === LOOK_AGAIN) continue;
    if (outcome.type !== 'failed' || !(await job.retryAfter(outcome.failure))) return outcome;
  }

  /** The outcome where nothing may be sent now. A refresh ahead of time is left to whoever makes one already. */
  function notNowFor(record: SessionRecord<T>): RenewalOutcome<T> | undefined {
    const isTaken = record.claim !== null && record.claim.until > clock.now();
    const outcome = notNow(record, reason, limits);
    return !outcome && reason === 'ageing' && isTaken ? { type: 'declined' } : outcome;
  }

  function takeTurn(record: SessionRecord<T>, hint: Promise<void>): Promise<Step<T>> {
    if (record.claim) return awaitHolder(record, record.claim, hint);
    if (!store.exclusive) return claimAndRefresh(record, false);
    // Lock k is held from before claim k until its outcome is written, and the platform frees it when the holder dies. So
    // whoever gets lock k while claim k stands knows that its holder is gone.
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
    const markLostIfGone = async (hasLock: boolean): Promise<void> => {
      if (hasLock || clock.now() >= until) await markLost(record, claim);
    };
    // A frozen page keeps its lock, and the timer of a machine that slept is late: so a hint ends the wait too.
    if (claim.locked && store.exclusive) await underLock(claim.fence, restMs, markLostIfGone, hint);
    else {
      if (restMs > 0) await pause(Math.min(restMs, POLL_MS), hint);
      await markLostIfGone(false);
    }
    return LOOK_AGAIN;
  }

  /** As the claim says; but the clock of another machine may be far ahead, so a lease after it was first seen at most. */
  function endOfLease({ fence, claimedAt, until }: RefreshClaim): number {
    // The clock may have been set back since: then the wait begins anew.
    if (firstSeen.fence !== fence || firstSeen.at > clock.now()) firstSeen = { fence, at: clock.now() };
    // A holder whose store is slow claimed for longer.
    const longestMs = Math.max(Math.min(until - claimedAt, LONGEST_LEASE_MS), leaseMs);
    return Math.min(until, firstSeen.at + longestMs);
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
   * Runs `task` once, under the lock of claim `fence` as soon as that is free. It runs without the lock, and has to see for
   * itself what that allows, after `patienceMs`, at a hint, once nobody needs the renewal any more, and where the lock
   * service fails, which costs its speed and nothing else.
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
      const orRest = (): unknown => running ?? pause(Math.min(patienceMs, POLL_MS), hint);
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
    return firstOf(
      clock,
      delayMs,
      signal,
      () => first,
      () => {},
    );
  }
}
