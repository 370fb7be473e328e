import type { SessionCore } from '../core/session-core.js';
import { brokenAnswer, describeFailure, plainAnswer, type RefreshFailure } from '../state/failure.js';
import { firstOf } from '../platform/first-of.js';
import { noteOf } from '../tokens/notes.js';
import {
  believed,
  givenBack,
  graveOf,
  lost,
  renewed,
  sameVersion,
  type SessionRecord,
} from '../state/record.js';
import type { Learn, Records, RenewalJob, RenewalOutcome } from '../core/records.js';
import type { ActiveRenewal, RefreshCall } from './refresh-call.js';
import { flawOf, mergeTokens, sameSecrets } from '../tokens/tokens.js';
import type { WaitingRoom } from '../core/waiting-room.js';

/** What an attempt came to; undefined where somebody changed the record meanwhile. */
type Attempted<T> = Promise<RenewalOutcome<T> | undefined>;

/** Makes the job of a renewal: single refreshes under a claim, repeated while that is worth it. */
export function createRenewalJobs<T>(
  { settings, state }: SessionCore<T>,
  room: Pick<WaitingRoom, 'wanted'>,
  records: Pick<Records<T>, 'write'>,
  learn: Learn<T>,
  call: RefreshCall<T>,
): (renewal: ActiveRenewal, known: SessionRecord<T>) => RenewalJob<T> {
  const { clock, retry } = settings;

  async function attempt(renewal: ActiveRenewal, claim: SessionRecord<T>): Attempted<T> {
    const sentAt = clock.now();
    const old = claim.tokens as T;
    const answer = call.begin(renewal, old).then((given) => {
      return renewed(claim, accept(renewal, old, given, sentAt), sentAt);
    });
    try {
      const record = await call.inTime(renewal, answer);
      if (typeof record !== 'string') {
        return (await endClaim(renewal, claim, record)) ? { type: 'renewed', record } : undefined;
      }
      // An answer after the deadline still counts, unless somebody has claimed since: then the version has changed.
      void answer.then((late) => salvage(renewal, claim, late)).catch(() => {});
      return await giveUp(renewal, claim, { kind: 'ambiguous', error: record }, sentAt);
    } catch (error) {
      return fail(renewal, claim, error, sentAt);
    }
  }

  /** The tokens that an answer makes. @throws where it is no answer */
  function accept({ reason }: ActiveRenewal, old: T, given: unknown, sentAt: number): T {
    const flaw = flawOf(old, given);
    if (flaw) throw brokenAnswer(flaw, given);
    const tokens = mergeTokens(old, plainAnswer(given) as T);
    const isDead = reason === 'rejected' || Number(settings.expiresAt(tokens, sentAt) ?? NaN) <= sentAt;
    if (tokens === old || (isDead && sameSecrets(old, tokens))) throw brokenAnswer('the old tokens', given);
    return tokens;
  }

  async function fail(
    renewal: ActiveRenewal,
    claim: SessionRecord<T>,
    error: unknown,
    sentAt: number,
  ): Attempted<T> {
    const { kind, note } = settings.classify(error);
    if (kind === 'ended') return refuse(renewal, claim, noteOf(note, claim.tokens));
    return giveUp(renewal, claim, describeFailure(error, kind, clock.now()), sentAt);
  }

  /** The tokens stay as they are, and so does the sign-in. */
  async function giveUp(
    renewal: ActiveRenewal,
    claim: SessionRecord<T>,
    failure: RefreshFailure,
    sentAt: number,
  ): Attempted<T> {
    const next = failure.kind === 'ambiguous' ? lost(claim, sentAt) : givenBack(claim, failure.retryAt);
    return (await endClaim(renewal, claim, next)) ? { type: 'failed', failure } : undefined;
  }

  async function refuse(
    renewal: ActiveRenewal,
    claim: SessionRecord<T>,
    note: string | undefined,
  ): Attempted<T> {
    if (claim.isGuess && renewal.reason === 'expired') {
      // They look old by their own account, were never tried, and cannot be refreshed: the server has the last word.
      const record = believed(claim, clock.now());
      return (await endClaim(renewal, claim, record)) ? { type: 'moved', record } : undefined;
    }
    const reason = claim.lostAt === undefined ? 'refresh-rejected' : 'refresh-lost';
    const record = settings.onExpired ? givenBack(claim) : graveOf(claim, reason, note);
    if (!(await endClaim(renewal, claim, record))) return undefined;
    return { type: 'refused', record, reason, ...(note !== undefined && { note }) };
  }

  /**
   * Ends the claim by writing what came of it, and says whether it could. It is written only over the version that was
   * claimed: while nobody has won with newer tokens, and nobody signed in or out here since.
   */
  async function endClaim(
    renewal: ActiveRenewal,
    claim: SessionRecord<T>,
    next: SessionRecord<T>,
  ): Promise<boolean> {
    const standing = await records.write((stored) => {
      return sameVersion(stored, claim) && state.current.signings === renewal.signings ? next : undefined;
    });
    return standing === next;
  }

  async function salvage(
    renewal: ActiveRenewal,
    claim: SessionRecord<T>,
    late: SessionRecord<T>,
  ): Promise<void> {
    if (await endClaim(renewal, claim, late)) learn(late, 'here');
  }

  /** Nobody waits: then it is not worth another attempt. */
  async function retryAfter(renewal: ActiveRenewal, { kind, retryAt = 0 }: RefreshFailure): Promise<boolean> {
    const { signal } = renewal.controller;
    const { attempts } = renewal;
    if (signal.aborted || kind === 'ambiguous') return false;
    // While it goes on failing, each request that asks is one try, and not three.
    if (attempts === 0 || attempts > (renewal.isRepeated ? 0 : retry.limit)) return false;
    const longestMs = Math.min(retry.maxMs, retry.baseMs * 2 ** (attempts - 1));
    const delayMs = longestMs * (clock.random?.() ?? 1);
    if (retryAt > clock.now() + delayMs) return false;
    if (room.wanted > 0)
      await firstOf(
        clock,
        delayMs,
        signal,
        () => undefined,
        () => {},
      );
    return room.wanted > 0 && !signal.aborted;
  }

  return (renewal, known) => ({
    reason: renewal.reason,
    known,
    signal: renewal.controller.signal,
    attempt: (claim) => attempt(renewal, claim),
    retryAfter: (failure) => retryAfter(renewal, failure),
  });
}
