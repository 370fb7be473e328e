import type { EndReason } from '../errors.js';
import type { RefreshReason } from './events.js';
import type { RefreshFailure } from './failure.js';
import type { Validity } from './freshness.js';
import { sameTokens, type Known, type SessionRecord } from './record.js';

/** All that a session knows, but for its traffic. Changed by the functions of this file alone, none of which acts. */
export type SessionState<T> = {
  /** The record that counts; undefined before the first is known. Its tokens are null unless signed in. */
  readonly record: Known<T> | undefined;
  /** How long its tokens serve; null where there are none. */
  readonly validity: Validity | null;
  /** How far the local clock is ahead of the server's, in milliseconds, as the last refresh showed it. */
  readonly skewMs: number;
  /** How often somebody signed in or out here: what began before the last time no longer counts. */
  readonly signings: number;
  /** Those of them on their way to the store: what is asked for here counts more than what is found there. */
  readonly unsaved: number;
  /** The last of these is a sign-in: nothing goes out under the earlier one any more. */
  readonly signingIn: boolean;
  /** Others may have written unheard: nothing goes out until the store was read again. */
  readonly unsure: boolean;
  /** How many reads of the store have failed, before the first that did not. */
  readonly failedReads: number;
  /** The renewal under way. */
  readonly renewal: Renewal | null;
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
  /** Who was asked to sign in again: tokens of the same person continue the sign-in before. */
  readonly askedOf: string | undefined;
  /** Earlier sign-ins that are continued so. */
  readonly continued: readonly number[];
};

/** A renewal under way. */
export type Renewal = {
  /** Tells it from all others of this session. */
  readonly id: number;
  readonly reason: RefreshReason;
  /** When `refresh` was called last, in milliseconds since 1970; before that, when the renewal began. */
  readonly calledAt: number;
  /** Who asked for it, where nobody will hear whether it helped. */
  readonly unproven: string | undefined;
  /** The refresh was refused, and the user is being asked for new tokens. */
  readonly question: Question | null;
  /** The user gave new tokens, which are on their way to the store. */
  readonly isAnswered: boolean;
};

export type Question = {
  readonly reason: EndReason;
  readonly note?: string;
};

export function initialState<T>(): SessionState<T> {
  return {
    record: undefined,
    validity: null,
    skewMs: 0,
    signings: 0,
    unsaved: 0,
    signingIn: false,
    unsure: false,
    failedReads: 0,
    renewal: null,
    failures: 0,
    failure: null,
    sharedUntil: -Infinity,
    restUntil: -Infinity,
    endedBy: undefined,
    note: undefined,
    askedOf: undefined,
    continued: [],
  };
}

export function statusOf<T>({ record }: SessionState<T>): 'loading' | 'signed-out' | 'signed-in' {
  if (record === undefined) return 'loading';
  return record === null || record.tokens === null ? 'signed-out' : 'signed-in';
}

/** The record of whoever is signed in. */
export function signedInAs<T>({ record }: SessionState<T>): SessionRecord<T> | undefined {
  return record && record.tokens !== null ? record : undefined;
}

/**
 * A record was read or written, and counts from now on; so does `validity`, where it brings other tokens. `subject` is
 * whose they are.
 */
export function learned<T>(
  state: SessionState<T>,
  record: Known<T>,
  validity: Validity | null,
  subject?: string,
): SessionState<T> {
  const known = signedInAs(state);
  const read = { ...state, failedReads: 0 };
  if (record === null || record.tokens === null) {
    const { endedBy = undefined, note } = record ?? {};
    if (known) return ended(read, record, endedBy ?? 'signed-out', note);
    return ended(read, record, state.endedBy ?? endedBy, state.note ?? note);
  }
  // The same tokens, with news of a claim: what was handed out keeps its identity.
  if (known && sameTokens(known, record)) return { ...read, record: { ...record, tokens: known.tokens } };
  return {
    ...read,
    record,
    validity,
    renewal: null,
    failure: null,
    endedBy: undefined,
    note: undefined,
    askedOf: undefined,
    continued: continuedBy(state, record, subject),
  };
}

/** The earlier sign-ins whose requests may go out with the tokens of `record`. */
function continuedBy<T>(
  { record: before, continued, askedOf }: SessionState<T>,
  record: SessionRecord<T>,
  subject: string | undefined,
): readonly number[] {
  if (!before) return [];
  if (before.epoch === record.epoch) return continued;
  return subject !== undefined && subject === askedOf ? [...continued, before.epoch] : [];
}

/** Nobody is signed in any more; `grave` is what stands in the store, if that is known. */
export function ended<T>(
  state: SessionState<T>,
  grave: Known<T>,
  endedBy: EndReason | undefined,
  note: string | undefined,
): SessionState<T> {
  return {
    ...state,
    record: grave && { ...grave, tokens: null },
    validity: null,
    signingIn: false,
    renewal: null,
    failure: null,
    endedBy,
    note,
    askedOf: undefined,
    continued: [],
  };
}

/** Somebody signs in here. */
export function signInBegun<T>(state: SessionState<T>): SessionState<T> {
  return { ...signingBegun(state), signingIn: true, renewal: null };
}

/** Somebody signs out here, or a reply said that the sign-in is over. */
export function signOutBegun<T>(
  state: SessionState<T>,
  reason: EndReason,
  note: string | undefined,
): SessionState<T> {
  const next = signingBegun(state);
  // Whoever was signed out already was so for the reason that was known before.
  return statusOf(state) === 'signed-out'
    ? { ...next, signingIn: false }
    : ended(next, state.record ?? null, reason, note);
}

function signingBegun<T>(state: SessionState<T>): SessionState<T> {
  return { ...state, signings: state.signings + 1, unsaved: state.unsaved + 1, failedReads: 0 };
}

/** A sign-in or sign-out reached the store. After the last of them, what stands there counts again. */
export function signingSaved<T>(state: SessionState<T>): SessionState<T> {
  const unsaved = state.unsaved - 1;
  return unsaved > 0 ? { ...state, unsaved } : { ...state, unsaved, signingIn: false };
}

export function renewalBegun<T>(
  state: SessionState<T>,
  renewal: Pick<Renewal, 'id' | 'reason' | 'calledAt' | 'unproven'>,
): SessionState<T> {
  return { ...state, renewal: { ...renewal, question: null, isAnswered: false } };
}

/** The refresh was refused: the user, who is `subject`, is asked for new tokens. */
export function asked<T>(
  state: SessionState<T>,
  question: Question,
  subject: string | undefined,
): SessionState<T> {
  return { ...renewalAt(state, { question }), askedOf: subject };
}

/** More is known of the renewal under way, if it still is. */
export function renewalAt<T>(state: SessionState<T>, news: Partial<Renewal>): SessionState<T> {
  return state.renewal ? { ...state, renewal: { ...state.renewal, ...news } } : state;
}

/** Whether a renewal is between its first read and its outcome: then news of its own sign-in are its own business. */
export function isRenewing<T>({ renewal }: SessionState<T>): boolean {
  return renewal !== null && (renewal.question === null || renewal.isAnswered);
}

/** A renewal is over, and brought nothing. */
export function renewalFailed<T>(
  state: SessionState<T>,
  failure: RefreshFailure,
  restUntil: number,
  sharedUntil: number,
): SessionState<T> {
  return { ...state, renewal: null, failures: state.failures + 1, failure, restUntil, sharedUntil };
}

/** Why nobody is signed in; nobody may have been yet. */
export function endReasonOf<T>({ renewal, endedBy }: SessionState<T>): EndReason {
  return renewal?.question?.reason ?? endedBy ?? 'signed-out';
}
