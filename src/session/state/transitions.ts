/*
 * How what a session knows changes. Nothing here acts, or asks the time.
 */
import type { EndReason } from '../../errors.js';
import type { RefreshFailure } from './failure.js';
import type { Validity } from './freshness.js';
import { sameTokens, type Known, type SessionRecord } from './record.js';
import { signedInAs, statusOf, type Question, type Renewal, type SessionState } from './state.js';

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
    const { endedBy, note } = record ?? {};
    if (known) return signedOut(read, record, endedBy ?? 'signed-out', note);
    return signedOut(read, record, state.endedBy ?? endedBy, state.note ?? note);
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
export function signedOut<T>(
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
    : signedOut(next, state.record ?? null, reason, note);
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
  return { ...state, renewal: { ...renewal, question: null } };
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

/** A renewal is over, and brought nothing. */
export function renewalFailed<T>(
  state: SessionState<T>,
  failure: RefreshFailure,
  restUntil: number,
  sharedUntil: number,
): SessionState<T> {
  return { ...state, renewal: null, failures: state.failures + 1, failure, restUntil, sharedUntil };
}
