import type { EndReason } from '../errors.js';
import type { RefreshReason } from './events.js';
import type { RefreshFailure } from './failure.js';
import { freshnessAt, type Validity } from './freshness.js';
import { compareVersions, type SessionRecord } from './record.js';

/** All that a session knows, but for its traffic. Changed by {@link transition} alone. */
export type SessionState<T> = {
  readonly status: 'loading' | 'signed-out' | 'signed-in';
  /** The newest record known; its tokens are null unless signed in. */
  readonly record: SessionRecord<T> | null;
  /** How long its tokens serve. */
  readonly validity: Validity | null;
  /** A sign-in is on its way to the store: nothing goes out under the earlier one any more. */
  readonly signingIn: boolean;
  /** Why a refresh is under way, or null. */
  readonly refreshing: RefreshReason | null;
  /** How many renewals failed; what began before the last of them shares its failure. */
  readonly failures: number;
  /** The last one, until new tokens come. */
  readonly failure: FailedRenewal | null;
  /** Until then no refresh is begun ahead of time, in milliseconds since 1970. */
  readonly restUntil: number;
  /** The newest sign-in that ended here: a record of it that is still on its way cannot revive it. */
  readonly endedEpoch: number;
  readonly endedBy: EndReason | undefined;
};

export type FailedRenewal = RefreshFailure & { readonly generation: number | undefined };

export type SessionAction<T> =
  /** A record was read or written. `current`: after all that this session wrote, so that an older one means a reset. */
  | { type: 'learned'; record: SessionRecord<T> | null; validity: Validity | null; current: boolean }
  | { type: 'ended'; reason: EndReason }
  | { type: 'sign-in-began' }
  | { type: 'sign-in-settled' }
  | { type: 'refresh-began'; reason: RefreshReason }
  | { type: 'refresh-settled'; failure?: RefreshFailure; restUntil?: number };

export function initialState<T>(): SessionState<T> {
  return {
    status: 'loading',
    record: null,
    validity: null,
    signingIn: false,
    refreshing: null,
    failures: 0,
    failure: null,
    restUntil: -Infinity,
    endedEpoch: 0,
    endedBy: undefined,
  };
}

/** Why nobody is signed in; nobody may have been yet. */
export function endReasonOf<T>(state: SessionState<T>): EndReason {
  return state.endedBy ?? 'signed-out';
}

export function transition<T>(state: SessionState<T>, action: SessionAction<T>): SessionState<T> {
  switch (action.type) {
    case 'learned':
      return learn(state, action);
    case 'ended':
      return {
        ...state,
        status: 'signed-out',
        record: state.record && { ...state.record, tokens: null },
        validity: null,
        failure: null,
        endedEpoch: state.record?.epoch ?? state.endedEpoch,
        endedBy: action.reason,
      };
    case 'sign-in-began':
      return { ...state, signingIn: true };
    case 'sign-in-settled':
      return { ...state, signingIn: false };
    case 'refresh-began':
      return { ...state, refreshing: action.reason };
    case 'refresh-settled': {
      const { failure, restUntil = -Infinity } = action;
      if (!failure) return { ...state, refreshing: null, restUntil };
      const generation = state.record?.generation;
      const failures = state.failures + 1;
      return { ...state, refreshing: null, restUntil, failures, failure: { ...failure, generation } };
    }
  }
}

function learn<T>(
  state: SessionState<T>,
  { record, validity, current }: Extract<SessionAction<T>, { type: 'learned' }>,
): SessionState<T> {
  const known = state.record;
  if (record === null) {
    if (state.status === 'loading') return { ...state, status: 'signed-out' };
    // Somebody emptied the store.
    if (!current || state.status === 'signed-out') return state;
    return transition(state, { type: 'ended', reason: 'signed-out' });
  }
  if (!current && known !== null && compareVersions(record, known) < 0) return state;
  if (record.tokens === null) {
    const endedBy =
      state.status === 'signed-out' ? (state.endedBy ?? record.endedBy) : (record.endedBy ?? 'signed-out');
    const endedEpoch = record.epoch;
    return { ...state, status: 'signed-out', record, validity: null, failure: null, endedEpoch, endedBy };
  }
  if (record.epoch === state.endedEpoch) return state;
  if (known?.tokens && known.generation === record.generation && known.epoch === record.epoch) {
    // The same tokens, with news of a claim: what was handed out keeps its identity.
    return { ...state, record: { ...record, tokens: known.tokens } };
  }
  return {
    ...state,
    status: 'signed-in',
    record,
    validity,
    failure: null,
    endedEpoch: 0,
    endedBy: undefined,
  };
}

/** What a request brings before it is let go. */
export type Ask = {
  /** The sign-in it began under; undefined until that is known. */
  epoch: number | undefined;
  /** How many renewals had failed when it began. */
  readonly failures: number;
  /** The generation whose tokens no longer do: the server rejected them, or the caller forces new ones. */
  readonly outdated: number | undefined;
  readonly reason: 'rejected' | 'forced';
  /** Whether it waits, or has waited. */
  held: boolean;
};

export function askFor(
  epoch: number | undefined,
  failures: number,
  outdated?: number,
  reason: Ask['reason'] = 'rejected',
): Ask {
  return { epoch, failures, outdated, reason, held: false };
}

export type Admission<T> =
  /** Goes out with these tokens, or with none; `ahead`: a refresh should start behind it. */
  | { type: 'go'; record: SessionRecord<T> | null; ahead: boolean }
  /** Waits; with a `reason`, for a refresh that must be under way. */
  | { type: 'wait'; reason: RefreshReason | null }
  | { type: 'ended'; reason: EndReason }
  | { type: 'failed'; failure: RefreshFailure };

/** What becomes of a request now. Asked again after every wait, since anything may have changed. */
export function admit<T>(state: SessionState<T>, ask: Ask, now: number, holdAlways: boolean): Admission<T> {
  const { record, validity, failure, refreshing } = state;
  if (state.status === 'loading' || state.signingIn) return { type: 'wait', reason: null };
  if (state.status === 'signed-out' || record === null || validity === null) {
    if (ask.epoch === undefined) return { type: 'go', record: null, ahead: false };
    return { type: 'ended', reason: endReasonOf(state) };
  }
  if (ask.epoch !== undefined && ask.epoch !== record.epoch) return { type: 'ended', reason: 'replaced' };

  // One renewal, one answer: who began before it failed shares the failure instead of starting the next.
  const shared = failure?.generation === record.generation && state.failures > ask.failures ? failure : null;
  if (ask.outdated === record.generation) {
    return shared ? { type: 'failed', failure: shared } : { type: 'wait', reason: ask.reason };
  }
  if (shared) {
    // Expired by the leeway only, or held because others were rejected: these tokens may still serve.
    const serves = now < validity.expiresAt;
    return serves ? { type: 'go', record, ahead: false } : { type: 'failed', failure: shared };
  }
  const freshness = freshnessAt(validity, now);
  if (freshness === 'expired') return { type: 'wait', reason: 'expired' };
  if (refreshing !== null && (holdAlways || refreshing === 'rejected'))
    return { type: 'wait', reason: refreshing };
  return { type: 'go', record, ahead: freshness === 'ageing' };
}

/**
 * From this moment on a request has to be looked at; before it, the record's tokens go out as they are. The one number
 * that the hot path compares with the clock.
 */
export function staleFrom<T>(state: SessionState<T>, holdAlways: boolean): number {
  const { status, validity, refreshing, restUntil } = state;
  if (status !== 'signed-in' || state.signingIn || validity === null) return -Infinity;
  if (refreshing !== null) {
    return holdAlways || refreshing === 'rejected' ? -Infinity : validity.usableUntil;
  }
  return Math.min(Math.max(validity.ageingAt, restUntil), validity.usableUntil);
}
