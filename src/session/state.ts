import { refreshFailed, sessionEnded, type EndReason, type HoldfastError } from '../errors.js';
import type { RefreshReason } from './events.js';
import type { RefreshFailure } from './failure.js';
import type { Validity } from './freshness.js';
import { sameTokens, type SessionRecord } from './record.js';

/** All that a session knows, but for its traffic. Changed by the functions of this file alone, none of which acts. */
export type SessionState<T> = {
  /** The record that counts; undefined before the first is known. Its tokens are null unless signed in. */
  readonly record: SessionRecord<T> | null | undefined;
  /** How long its tokens serve; null where there are none. */
  readonly validity: Validity | null;
  /** A sign-in is on its way to the store: nothing goes out under the earlier one any more. */
  readonly signingIn: boolean;
  /** Others may have written unheard: nothing goes out until the store was read again. */
  readonly unsure: boolean;
  /** Why a refresh is under way, or null. */
  readonly refreshing: RefreshReason | null;
  /** How many renewals failed; what began before the last of them shares its failure. */
  readonly failures: number;
  /** The last one, until new tokens come. */
  readonly failure: RefreshFailure | null;
  /** Until then the last failure is shared by what began before it. */
  readonly sharedUntil: number;
  /** Until then no refresh is begun ahead of time, in milliseconds since 1970. */
  readonly restUntil: number;
  readonly endedBy: EndReason | undefined;
  /** What the server said to that, where it said anything. */
  readonly note: string | undefined;
  /** The refresh was refused, and the user is being asked for new tokens. */
  readonly question: Question | null;
  /** Earlier sign-ins of the same person: the question was answered by signing in anew. */
  readonly continued: readonly number[];
};

export type Question = {
  readonly reason: EndReason;
  readonly note?: string;
  readonly subject: string | undefined;
};

export function initialState<T>(): SessionState<T> {
  return {
    record: undefined,
    validity: null,
    signingIn: false,
    unsure: false,
    refreshing: null,
    failures: 0,
    failure: null,
    sharedUntil: -Infinity,
    restUntil: -Infinity,
    endedBy: undefined,
    note: undefined,
    question: null,
    continued: [],
  };
}

export function statusOf<T>({ record }: SessionState<T>): 'loading' | 'signed-out' | 'signed-in' {
  if (record === undefined) return 'loading';
  return record === null || record.tokens === null ? 'signed-out' : 'signed-in';
}

/**
 * A record was read or written, and counts from now on; so does `validity`, where it brings other tokens. `subject` is
 * whose they are.
 */
export function learned<T>(
  state: SessionState<T>,
  record: SessionRecord<T> | null,
  validity: Validity | null,
  subject?: string,
): SessionState<T> {
  const known = state.record;
  if (record === null || record.tokens === null) {
    const { endedBy: reason, note } = record ?? {};
    if (known && known.tokens !== null) return ended(state, record, reason ?? 'signed-out', note);
    return ended(state, record, state.endedBy ?? reason, state.note ?? note);
  }
  // The same tokens, with news of a claim: what was handed out keeps its identity.
  if (known && known.tokens !== null && sameTokens(known, record))
    return { ...state, record: { ...record, tokens: known.tokens } };
  const isAnswer = subject !== undefined && subject === state.question?.subject;
  const { continued } = state;
  return {
    ...state,
    record,
    validity,
    failure: null,
    endedBy: undefined,
    note: undefined,
    question: null,
    continued:
      known?.epoch === record.epoch ? continued : known && isAnswer ? [...continued, known.epoch] : [],
  };
}

/** Nobody is signed in any more; `grave` is what stands in the store, if that is known. */
export function ended<T>(
  state: SessionState<T>,
  grave: SessionRecord<T> | null,
  endedBy: EndReason | undefined,
  note: string | undefined,
): SessionState<T> {
  const record = grave && { ...grave, tokens: null };
  return {
    ...state,
    record,
    validity: null,
    signingIn: false,
    failure: null,
    endedBy,
    note,
    question: null,
    continued: [],
  };
}

/** A renewal is over, and brought nothing. */
export function failed<T>(
  state: SessionState<T>,
  failure: RefreshFailure,
  restUntil: number,
  sharedUntil: number,
): SessionState<T> {
  return { ...state, failures: state.failures + 1, failure, restUntil, sharedUntil };
}

/** What a request brings before it is let go. */
export type Ask<T> = {
  /** The sign-in it began under; undefined until that is known. */
  epoch: number | undefined;
  /** How many renewals had failed when it began, or, once it waits, when it began to wait. */
  failures: number;
  /** What the user was being asked when it began. */
  readonly question: Question | null;
  /** The tokens that no longer do: the server rejected them, or the caller forces new ones. */
  readonly outdated: T | null | undefined;
  readonly reason: 'rejected' | 'forced';
  /** Asked for by `session.tokens()` or `session.refresh()`: it does not tell whether the new tokens served. */
  readonly isByHand: boolean;
  /** The tokens that were current when it began to wait; undefined as long as it does not. */
  waitsFor: T | null | undefined;
  /** Whether its release was told. */
  released: boolean;
};

/** `begun` is what the session knew when it began. */
export function askFor<T>(
  { failures, question }: SessionState<T>,
  epoch: number | undefined,
  outdated?: T | null,
  byHand?: Ask<T>['reason'],
): Ask<T> {
  const [reason, isByHand] = [byHand ?? 'rejected', byHand !== undefined];
  return { epoch, failures, question, outdated, reason, isByHand, waitsFor: undefined, released: false };
}

export type Admission<T> = {
  /** What it goes out with, null for no tokens; undefined: it waits, unless there is an error. */
  readonly record?: SessionRecord<T> | null;
  /** Why a refresh must be under way, if one must; what waits for it belongs to this sign-in. */
  readonly start?: RefreshReason;
  readonly error?: HoldfastError;
};

/** What becomes of a request now. Asked again after every wait, since anything may have changed. */
export function admit<T>(
  state: SessionState<T>,
  ask: Ask<T>,
  now: number,
  holdAlways: boolean,
): Admission<T> {
  const { record, validity, failure, refreshing } = state;
  if (record === undefined || state.signingIn || state.unsure) return {};
  if (record === null || validity === null) {
    return ask.epoch === undefined ? { record: null } : { error: endingOf(state) };
  }
  if (ask.epoch !== undefined && ask.epoch !== record.epoch && !state.continued.includes(ask.epoch)) {
    return { error: sessionEnded('replaced') };
  }

  const isOutdated = ask.outdated === record.tokens;
  if (beganWhileAsked(state, ask)) {
    // It may be the very login that is to answer the question: as on the login page, it goes out without tokens, unless
    // they still serve.
    const serves = !isOutdated && refreshing !== 'rejected' && now < validity.usableUntil;
    return { record: serves ? record : null };
  }
  // One renewal, one answer: who waited for it shares its failure instead of starting the next, and so does a rejection
  // that comes soon after.
  if (failure && state.failures > ask.failures && (ask.waitsFor !== undefined || now < state.sharedUntil)) {
    // Expired by the leeway only, or held because others were rejected: these tokens may still serve.
    return !isOutdated && now < validity.mayServeUntil ? { record } : { error: refreshFailed(failure) };
  }
  if (isOutdated) return { start: ask.reason };
  // New tokens that live little longer than their refresh took serve whoever waited for them to their end.
  const isAwaited = ask.waitsFor != null && ask.waitsFor !== record.tokens;
  if (now >= (isAwaited ? validity.expiresAt : validity.usableUntil)) return { start: 'expired' };
  if (refreshing && holdsAll(refreshing, holdAlways)) return { start: refreshing };
  const isAgeing = refreshing === null && now >= Math.max(validity.ageingAt, state.restUntil);
  return isAgeing ? { record, start: 'ageing' } : { record };
}

/**
 * Whether a request began while the user is being asked, and still is. It never waits for the answer, since the answer
 * may be waiting for it.
 */
export function beganWhileAsked<T>(
  { question }: SessionState<T>,
  begun: { readonly question: Question | null },
): boolean {
  return question !== null && begun.question === question;
}

/** Why nobody is signed in; nobody may have been yet. */
export function endReasonOf<T>(state: SessionState<T>): EndReason {
  return state.question?.reason ?? state.endedBy ?? 'signed-out';
}

export function endingOf<T>(state: SessionState<T>): HoldfastError {
  return sessionEnded(endReasonOf(state), { note: state.question?.note ?? state.note });
}

/** Whether tokens that may still serve are held back too while they are refreshed. */
function holdsAll(refreshing: RefreshReason | null, holdAlways: boolean): boolean {
  return refreshing === 'rejected' || (refreshing !== null && holdAlways);
}

/**
 * From this moment on a request has to be looked at; before it, the record's tokens go out as they are. The one number
 * that the hot path compares with the clock.
 */
export function staleFrom<T>(state: SessionState<T>, holdAlways: boolean): number {
  const { validity, refreshing, restUntil, signingIn, unsure } = state;
  if (validity === null || signingIn || unsure || holdsAll(refreshing, holdAlways)) return -Infinity;
  const { ageingAt, usableUntil } = validity;
  return refreshing ? usableUntil : Math.min(Math.max(ageingAt, restUntil), usableUntil);
}
