import type { EndReason, RefreshFailureKind } from '../../errors.js';
import type { EventLog } from './events.js';
import { nameOf } from '../platform/name-of.js';
import type { LiveState } from '../state/live-state.js';
import { statusOf } from '../state/state.js';

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

/** The state and the traffic, as a framework shows them. */
export type Snapshots = {
  /** One more request is pending, or, with −1, one less. */
  count(change: 1 | -1): void;
  /** So many requests wait. */
  held(count: number): void;
  snapshot(): SessionSnapshot;
  subscribe(listener: () => void): () => void;
};

export function createSnapshots<T>(state: LiveState<T>, log: EventLog): Snapshots {
  const listeners = new Set<() => void>();
  let pending = 0;
  let held = 0;
  let shown: SessionSnapshot | undefined;
  let text = '';
  let changed = true;
  let telling = false;

  state.watch(notify);

  function notify(): void {
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

  function take(): SessionSnapshot {
    const { record, validity, renewal, signingIn, endedBy, failure } = state.current;
    const { kind, retryAt } = failure ?? {};
    const { expiresAt = Infinity } = validity ?? {};
    return {
      status: statusOf(state.current),
      refreshing: renewal !== null && !signingIn,
      pending,
      held,
      generation: record?.generation ?? 0,
      expiresAt: expiresAt === Infinity ? undefined : expiresAt,
      ...(endedBy && { endedBy }),
      ...(kind && { failure: { kind, ...(retryAt !== undefined && { retryAt }) } }),
    };
  }

  return {
    count(change) {
      pending += change;
      notify();
    },
    held(count) {
      held = count;
      notify();
    },
    snapshot() {
      if (shown && !changed) return shown;
      changed = false;
      const next = take();
      const nextText = JSON.stringify(next);
      // The same object as long as it says the same: frameworks compare by identity.
      if (!shown || text !== nextText) shown = Object.freeze(next);
      text = nextText;
      return shown;
    },
    subscribe(listener) {
      // Its own entry each time: the same function may be given twice, and undone once.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
