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
  /** Until then no refresh is begun ahead of time, in milliseconds since 1970. */
  readonly restUntil: number;
  readonly endedBy: EndReason | undefined;
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
    restUntil: -Infinity,
    endedBy: undefined,
  };
}

export function statusOf<T>({ record }: SessionState<T>): 'loading' | 'signed-out' | 'signed-in' {
  if (record === undefined) return 'loading';
  return record === null || record.tokens === null ? 'signed-out' : 'signed-in';
}

/** A record was read or written, and counts from now on; so does `validity`, where it brings other tokens. */
export function learned<T>(
  state: SessionState<T>,
  record: SessionRecord<T> | null,
  validity: Validity | null,
): SessionState<T> {
  const known = state.record;
  if (record === null || record.tokens === null) {
    const reason = record?.endedBy;
    if (known && known.tokens !== null) return ended(state, record, reason ?? 'signed-out');
    return ended(state, record, state.endedBy ?? reason);
  }
  // The same tokens, with news of a claim: what was handed out keeps its identity.
  if (known && known.tokens !== null && sameTokens(known, record))
    return { ...state, record: { ...record, tokens: known.tokens } };
  return { ...state, record, validity, failure: null, endedBy: undefined };
}

/** Nobody is signed in any more; `grave` is what stands in the store, if that is known. */
export function ended<T>(
  state: SessionState<T>,
  grave: SessionRecord<T> | null,
  endedBy: EndReason | undefined,
): SessionState<T> {
  const record = grave && { ...grave, tokens: null };
  return { ...state, record, validity: null, signingIn: false, failure: null, endedBy };
}

/** A renewal is over, and brought nothing. */
export function failed<T>(
  state: SessionState<T>,
  failure: RefreshFailure,
  restUntil: number,
): SessionState<T> {
  return { ...state, failures: state.failures + 1, failure, restUntil };
}

/** What a request brings before it is let go. */
export type Ask<T> = {
  /** The sign-in it began under; undefined until that is known. */
  epoch: number | undefined;
  /** How many renewals had failed when it began. */
  readonly failures: number;
  /** The tokens that no longer do: the server rejected them, or the caller forces new ones. */
  readonly outdated: T | null | undefined;
  readonly reason: 'rejected' | 'forced';
  /** Whether it waits, or has waited; and whether its release was told. */
  held: boolean;
  released: boolean;
};

export function askFor<T>(
  epoch: number | undefined,
  failures: number,
  outdated?: T | null,
  reason: Ask<T>['reason'] = 'rejected',
): Ask<T> {
  return { epoch, failures, outdated, reason, held: false, released: false };
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
    return ask.epoch === undefined ? { record: null } : { error: sessionEnded(endReasonOf(state)) };
  }
  if (ask.epoch !== undefined && ask.epoch !== record.epoch) return { error: sessionEnded('replaced') };

  const isOutdated = ask.outdated === record.tokens;
  // One renewal, one answer: who began before it failed shares the failure instead of starting the next.
  if (failure && state.failures > ask.failures) {
    // Expired by the leeway only, or held because others were rejected: these tokens may still serve.
    return !isOutdated && now < validity.expiresAt ? { record } : { error: refreshFailed(failure) };
  }
  if (isOutdated) return { start: ask.reason };
  if (now >= validity.usableUntil) return { start: 'expired' };
  if (refreshing && holdsAll(refreshing, holdAlways)) return { start: refreshing };
  const isAgeing = refreshing === null && now >= Math.max(validity.ageingAt, state.restUntil);
  return isAgeing ? { record, start: 'ageing' } : { record };
}

/** Why nobody is signed in; nobody may have been yet. */
export function endReasonOf<T>(state: SessionState<T>): EndReason {
  return state.endedBy ?? 'signed-out';
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
