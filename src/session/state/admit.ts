import { refreshFailed, sessionEnded, type HoldfastError } from '../../errors.js';
import type { RefreshReason } from './state.js';
import type { Known } from './record.js';
import { endReasonOf, type Question, type SessionState } from './state.js';

/** A request that is not on its way yet. */
export type Ask<T> = {
  /** The sign-in it began under; undefined until that is known. */
  epoch: number | undefined;
  /** How many renewals had failed when it began, or, once it waits, when it began to wait. */
  failures: number;
  /** What the user was being asked when it began. */
  readonly question: Question | null;
  /**
   * The tokens that no longer do: the server rejected them, or the caller forces new ones. While they are the current ones,
   * the request waits for a refresh.
   */
  outdated: T | null | undefined;
  /** Asked for by `session.tokens()` or `session.refresh()`: it does not tell whether the new tokens served. */
  readonly byHand: 'rejected' | 'forced' | undefined;
  /** The tokens that were current when it began to wait; undefined as long as it does not. */
  waitsFor: T | null | undefined;
  isReleaseTold: boolean;
  /** Its first reply, where it was sent and rejected. There is never a second. */
  readonly rejection: Rejection | undefined;
};

/** The first reply to a request, which said that the tokens are dead. */
export type Rejection = {
  /** What is known of it. */
  readonly answer: unknown;
  /** Whether it is still to be let go of: `send` resolved to it, and did not throw. */
  isKept: boolean;
  isReplayTold: boolean;
};

/** `begun` is what the session knew when it began. */
export function askFor<T>(begun: SessionState<T>, rejection?: Rejection): Ask<T> {
  return {
    epoch: undefined,
    failures: begun.failures,
    question: begun.renewal && begun.renewal.question,
    outdated: undefined,
    byHand: undefined,
    waitsFor: undefined,
    isReleaseTold: false,
    rejection,
  };
}

/** What becomes of a request now. */
export type Decision<T> =
  /** It goes out with these tokens, or with none; a refresh that is `due` begins behind it. */
  | { readonly type: 'send'; readonly record: Known<T>; readonly due?: 'ageing' }
  /** It waits, and what is `due` has to be under way: a refresh, or a read of a store that failed before. */
  | { readonly type: 'wait'; readonly due?: RefreshReason | 'read' }
  | { readonly type: 'reject'; readonly error: HoldfastError };

const WAIT: Decision<never> = { type: 'wait' };

/** Asked again after every wait, since anything may have changed. */
export function admit<T>(state: SessionState<T>, ask: Ask<T>, now: number, holdAlways: boolean): Decision<T> {
  const { record, validity, failure, renewal } = state;
  if (record === undefined || state.signingIn || state.unsure) return WAIT;
  if (record === null || validity === null) return admitSignedOut(state, ask);
  if (ask.epoch !== undefined && ask.epoch !== record.epoch && !state.continued.includes(ask.epoch)) {
    return { type: 'reject', error: sessionEnded('replaced') };
  }

  const isOutdated = ask.outdated === record.tokens;
  if (ask.question && ask.question === renewal?.question) {
    // It began while the user was asked, and may be the very login that is to answer: so it never waits for the answer.
    // As on the login page, it goes out without tokens, unless they still serve.
    const serves = !isOutdated && renewal?.reason !== 'rejected' && now < validity.usableUntil;
    return { type: 'send', record: serves ? record : null };
  }
  // One renewal, one answer: who waited for it shares its failure instead of starting the next, and so does a rejection
  // that comes soon after.
  if (failure && state.failures > ask.failures && (ask.waitsFor !== undefined || now < state.sharedUntil)) {
    // Expired by the leeway only, or held because others were rejected: these tokens may still serve.
    if (!isOutdated && now < validity.mayServeUntil) return { type: 'send', record };
    return { type: 'reject', error: refreshFailed(failure) };
  }
  if (isOutdated) return { type: 'wait', due: ask.byHand ?? 'rejected' };
  // New tokens that live little longer than their refresh took serve whoever waited for them to their end.
  const isAwaited = ask.waitsFor != null && ask.waitsFor !== record.tokens;
  if (now >= (isAwaited ? validity.expiresAt : validity.usableUntil)) return { type: 'wait', due: 'expired' };
  if (holdsAll(renewal?.reason, holdAlways)) return WAIT;
  const isAgeing = renewal === null && now >= Math.max(validity.ageingAt, state.restUntil);
  return isAgeing ? { type: 'send', record, due: 'ageing' } : { type: 'send', record };
}

function admitSignedOut<T>(state: SessionState<T>, ask: Ask<T>): Decision<T> {
  if (ask.epoch !== undefined) return { type: 'reject', error: endingOf(state) };
  // A store that could not be read at first may answer by now.
  const isWorthReading = state.failedReads > 0 && ask.waitsFor === undefined;
  return isWorthReading ? { type: 'wait', due: 'read' } : { type: 'send', record: null };
}

/** Whether the user was being asked for a login when a request began, and the dialog is still open. */
export function isSameQuestionOpen<T>({ renewal }: SessionState<T>, begun: SessionState<T>): boolean {
  const question = begun.renewal && begun.renewal.question;
  return question !== null && question === renewal?.question;
}

export function endingOf<T>(state: SessionState<T>): HoldfastError {
  return sessionEnded(endReasonOf(state), { note: state.renewal?.question?.note ?? state.note });
}

/** Whether tokens that may still serve are held back too while they are refreshed. */
function holdsAll(refreshing: RefreshReason | undefined, holdAlways: boolean): boolean {
  return refreshing === 'rejected' || (refreshing !== undefined && holdAlways);
}

/**
 * From this moment on a request has to be looked at; before it, the record's tokens go out as they are. The one number
 * that the hot path compares with the clock.
 */
export function staleFrom<T>(state: SessionState<T>, holdAlways: boolean): number {
  const { validity, renewal, restUntil } = state;
  const isHeld = state.signingIn || state.unsure || holdsAll(renewal?.reason, holdAlways);
  if (validity === null || isHeld) return -Infinity;
  const { ageingAt, usableUntil } = validity;
  return renewal ? usableUntil : Math.min(Math.max(ageingAt, restUntil), usableUntil);
}

/**
 * Whether a request that waited at `before` may fare otherwise now. It waits for a first look at the record, a sign-in, a
 * read or a renewal, and each of them ends where any other tokens come.
 */
export function mayFareOtherwise<T>(before: SessionState<T>, now: SessionState<T>): boolean {
  return (
    (before.record === undefined) !== (now.record === undefined) ||
    before.signingIn !== now.signingIn ||
    before.unsure !== now.unsure ||
    before.failedReads !== now.failedReads ||
    before.renewal?.id !== now.renewal?.id
  );
}
