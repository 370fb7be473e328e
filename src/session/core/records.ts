import type { EndReason } from '../../errors.js';
import type { Awaitable } from '../platform/awaitable.js';
import type { Clock } from '../platform/clock.js';
import type { EventLog } from './events.js';
import type { RefreshReason } from '../state/state.js';
import type { RefreshFailure } from '../state/failure.js';
import type { LiveState } from '../state/live-state.js';
import type { Change, Known, SessionRecord } from '../state/record.js';

/**
 * Where the record of one session lives: in the page alone (`page-record.ts`), or in a store that others use too
 * (`src/sharing/`). It alone owns the record; what the session knows of it, it has learned.
 */
export interface Records<T> {
  /** Reads it for the first time; never rejects. */
  load(): Promise<void>;
  /** Reads it again, since others may have written. */
  sync(): void;
  /**
   * Makes a change where it applies, and resolves to what stands then; never rejects. Nobody hears of it before the caller
   * hands it to `learn`.
   */
  write(change: Change<T>): Awaitable<Known<T>>;
  /** Does a job as the only one who may spend the refresh token. @throws when the record cannot be read */
  renew(job: RenewalJob<T>): Promise<RenewalOutcome<T>>;
  /** Lets go of what keeps a process alive. */
  close(): void;
}

/** Whose change it is: found in the store at the start, made by this session, or by somebody else. */
export type Author = 'load' | 'here' | 'elsewhere';

/**
 * Takes in what stands where the record lives, and tells whoever it concerns. While a sign-in or sign-out of this session
 * is on its way there, what was asked for here counts, and nothing is taken in.
 */
export type Learn<T> = (found: Known<T>, by: Author) => void;

/** What bounds a renewal: the options of those names. */
export type RenewalLimits = {
  readonly clock: Clock;
  readonly refreshTimeoutMs: number;
  readonly reuseGraceMs: number;
};

/** What a session hands to where its record lives. */
export type RecordHost<T> = {
  readonly settings: RenewalLimits;
  readonly state: LiveState<T>;
  readonly learn: Learn<T>;
  readonly log: EventLog;
};

/** A store that brings what it takes to share a record: `sharedStore(mine)`, `webStore()`, `tabsStore()`, `memoryStore()`. */
export interface ConnectedStore<T> {
  /** Called once by each session. */
  connect(session: RecordHost<T>): Records<T>;
}

/** What is to be done for new tokens. */
export type RenewalJob<T> = {
  readonly reason: RefreshReason;
  /** The record whose tokens it is to replace. */
  readonly known: SessionRecord<T>;
  /** Aborted when it is no longer needed: somebody signed in or out. */
  readonly signal: AbortSignal;
  /** One refresh with the tokens of `claim`; undefined where somebody changed the record meanwhile: look again. */
  attempt(claim: SessionRecord<T>): Promise<RenewalOutcome<T> | undefined>;
  /** Resolves when it is time for another attempt after this failure: to false where there is to be none. */
  retryAfter(failure: RefreshFailure): Promise<boolean>;
};

/** How a renewal ended. */
export type RenewalOutcome<T> =
  /** New tokens, made here. */
  | { readonly type: 'renewed'; readonly record: SessionRecord<T> }
  /** Somebody else renewed, signed in or signed out: this is what stands. */
  | { readonly type: 'moved'; readonly record: Known<T> }
  /** The server refused. The record is ended, or, where `onExpired` is to be asked, given back. */
  | {
      readonly type: 'refused';
      readonly record: SessionRecord<T>;
      readonly reason: EndReason;
      readonly note?: string;
    }
  | { readonly type: 'failed'; readonly failure: RefreshFailure }
  /** Nothing was done, since nobody needs it now: only a refresh ahead of time ends so. */
  | { readonly type: 'declined' };
