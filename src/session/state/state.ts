import type { EndReason } from '../../errors.js';
import type { RefreshFailure } from './failure.js';
import type { Validity } from './freshness.js';
import type { Known, SessionRecord } from './record.js';

/**
 * Why new tokens are needed: the clock says they expired, they are about to (nobody is held), the server rejected
 * them, or `session.refresh()` was called.
 */
export type RefreshReason = 'expired' | 'ageing' | 'rejected' | 'forced';

/** All that a session knows, but for its traffic. Changed by `transitions.ts` alone. */
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

/** Whether a renewal is between its first read and its outcome: then news of its own sign-in are its own business. */
export function isRenewing<T>({ renewal }: SessionState<T>): boolean {
  return renewal !== null && renewal.question === null;
}

/** Why nobody is signed in; nobody may have been yet. */
export function endReasonOf<T>({ renewal, endedBy }: SessionState<T>): EndReason {
  return renewal?.question?.reason ?? endedBy ?? 'signed-out';
}
