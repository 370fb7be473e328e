import type { EndReason, RefreshFailureKind } from '../errors.js';
import { nameOf, type EventLog } from './events.js';
import type { RefreshFailure } from './failure.js';
import { validityOf } from './freshness.js';
import type { Settings } from './options.js';
import type { SessionRecord } from './record.js';
import {
  endReasonOf,
  initialState,
  staleFrom,
  transition,
  type SessionAction,
  type SessionState,
} from './state.js';

/** What a framework may show of a session: no token is in it. */
export type SessionSnapshot = {
  readonly status: 'loading' | 'signed-out' | 'signed-in';
  /** Whether a refresh is under way. */
  readonly refreshing: boolean;
  /** Guarded requests that are not settled, held ones included: bind a loading bar to it. */
  readonly pending: number;
  /** Those of them that wait for new tokens. */
  readonly held: number;
  readonly generation: number;
  /** When the access token expires, in milliseconds since 1970; undefined where only the server knows. */
  readonly expiresAt: number | undefined;
  /** Why the last sign-in ended. */
  readonly endedBy?: EndReason;
  /** The last failure of a refresh, until new tokens come. */
  readonly failure?: { readonly kind: RefreshFailureKind; readonly retryAt?: number };
};

/** Whose change it is: found in the store at the start, made by this session, or by somebody else. */
export type Author = 'load' | 'here' | 'elsewhere';

/** The state as it is now, and those who look at it. */
export type Live<T> = {
  readonly state: SessionState<T>;
  /** See {@link staleFrom}. */
  readonly staleAt: number;
  apply(action: SessionAction<T>): void;
  /** Takes in a record; whether that changed whose tokens, or which, are in use. */
  learn(record: SessionRecord<T> | null, by: Author, current: boolean, held?: number): boolean;
  readonly traffic: { pending: number };
  /** The traffic changed. */
  touch(): void;
  snapshot(): SessionSnapshot;
  subscribe(listener: () => void): () => void;
};

export function createLive<T>(settings: Settings<T>, log: EventLog, heldNow: () => number): Live<T> {
  const { clock, holdAlways } = settings;
  const traffic = { pending: 0 };
  const listeners = new Set<() => void>();
  let state: SessionState<T> = initialState();
  let staleAt = -Infinity;
  let shown: SessionSnapshot | undefined;
  let changed = true;
  let telling = false;

  function apply(action: SessionAction<T>): void {
    state = transition(state, action);
    staleAt = staleFrom(state, holdAlways);
    touch();
  }

  function learn(record: SessionRecord<T> | null, by: Author, current: boolean, held = heldNow()): boolean {
    const before = state;
    apply({ type: 'learned', record, validity: readValidity(record), current });
    if (before.status === 'signed-in' && state.status === 'signed-out') {
      log.emit({ type: 'ended', reason: endReasonOf(state) });
      return true;
    }
    if (state.status !== 'signed-in' || state.record === null) return before.status !== state.status;
    const { epoch, generation } = state.record;
    const sameSignIn = before.status === 'signed-in' && before.record?.epoch === epoch;
    if (sameSignIn && before.record.generation === generation) return false;
    if (by === 'elsewhere' && sameSignIn) log.emit({ type: 'adopted', generation, held });
    else if (by !== 'load' && !sameSignIn) log.emit({ type: 'signed-in', generation, by });
    return true;
  }

  /** The user's function reads a generation once: what it says of the same tokens later would move the goal. */
  function readValidity(record: SessionRecord<T> | null): SessionState<T>['validity'] {
    if (record === null) return null;
    const known = state.record;
    const same = known?.generation === record.generation && known.epoch === record.epoch;
    return same && state.validity ? state.validity : validityOf(record, settings, clock.random?.() ?? 0.5);
  }

  function touch(): void {
    changed = true;
    if (telling || listeners.size === 0) return;
    telling = true;
    // Once for all that changes in one go: ten thousand released requests are one notice.
    void Promise.resolve().then(tell);
  }

  function tell(): void {
    telling = false;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        log.emit({ type: 'listener-failed', problem: nameOf(error) });
      }
    }
  }

  function snapshot(): SessionSnapshot {
    if (shown && !changed) return shown;
    changed = false;
    const next = take();
    // The same object as long as it says the same: frameworks compare by identity.
    if (!shown || !equal(shown, next)) shown = next;
    return shown;
  }

  function take(): SessionSnapshot {
    const { status, record, validity, refreshing, endedBy, failure } = state;
    const expiresAt = validity?.expiresAt ?? Infinity;
    return Object.freeze({
      status,
      refreshing: refreshing !== null,
      pending: traffic.pending,
      held: heldNow(),
      generation: record?.generation ?? 0,
      expiresAt: expiresAt === Infinity ? undefined : expiresAt,
      ...(endedBy !== undefined && { endedBy }),
      ...(failure !== null && { failure: shownFailure(failure) }),
    });
  }

  return {
    get state() {
      return state;
    },
    get staleAt() {
      return staleAt;
    },
    apply,
    learn,
    traffic,
    touch,
    snapshot,
    subscribe(listener) {
      // Its own entry each time: the same function may be given twice, and undone once.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

function shownFailure({ kind, retryAt }: RefreshFailure): NonNullable<SessionSnapshot['failure']> {
  return { kind, ...(retryAt !== undefined && { retryAt }) };
}

function equal(a: SessionSnapshot, b: SessionSnapshot): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof SessionSnapshot)[]);
  return [...names].every((name) =>
    name === 'failure'
      ? a.failure?.kind === b.failure?.kind && a.failure?.retryAt === b.failure?.retryAt
      : Object.is(a[name], b[name]),
  );
}
