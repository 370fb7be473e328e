import type { EndReason, RefreshFailureKind } from '../../errors.js';
import type { Clock } from '../platform/clock.js';
import { nameOf } from '../platform/name-of.js';
import type { RefreshReason } from '../state/state.js';

/** What a session tells, without `at`. No event holds a token. */
export type SessionNews =
  /** Somebody signed in: `signIn()` here, or another tab or process of the same store. */
  | { type: 'signed-in'; generation: number; by: 'here' | 'elsewhere' }
  /** The `refresh` function is called now, for the `attempt`th time in this renewal. */
  | { type: 'refresh-started'; reason: RefreshReason; attempt: number }
  /** New tokens are there, made here; `held` requests go on. */
  | { type: 'refreshed'; generation: number; held: number; durationMs: number }
  /** New tokens are there, made by another tab or process. */
  | { type: 'adopted'; generation: number; held: number }
  /** A renewal failed; the session is kept. `error` and `status` name what `refresh` threw. */
  | { type: 'refresh-failed'; kind: RefreshFailureKind; retryAt?: number; error?: string; status?: number }
  /** The refresh was refused, and `onExpired` is asked for new tokens. */
  | { type: 'asked'; reason: EndReason }
  /**
   * This sign-in is over: exactly one such event for each. Never for `replaced`, which `signed-in` tells. `note` is what
   * a judge or `classify` took from what the server said: signed in elsewhere, say.
   */
  | { type: 'ended'; reason: EndReason; by: 'here' | 'elsewhere'; note?: string }
  /** The store failed, or had to help itself; the session goes on in memory. */
  | { type: 'store-failed'; problem: string }
  /** A listener threw; the others were called all the same. */
  | { type: 'listener-failed'; problem: string }
  /** Something does not work as it was surely meant: `option` names what to set. What clients find so is on the console too. */
  | { type: 'warning'; option: string; problem: string };

/** What happens to one request; told to listeners as it happens, and not kept in the history. */
export type RequestNews =
  /** A request waits for new tokens. */
  | { type: 'held'; tag?: string }
  /** Its wait is over: it goes out now. */
  | { type: 'released'; tag?: string }
  /** It was rejected, and goes out for the second time now. */
  | { type: 'replayed'; tag?: string };

/** An event, and when it happened, in milliseconds since 1970. */
export type SessionEvent = (SessionNews | RequestNews) & { readonly at: number };
export type SessionEventType = SessionEvent['type'];
export type SessionEventOf<Type extends SessionEventType> = Extract<SessionEvent, { type: Type }>;

const HISTORY_LENGTH = 100;

export type EventLog = {
  on<Type extends SessionEventType>(type: Type, listener: (event: SessionEventOf<Type>) => void): () => void;
  emit(news: SessionNews): void;
  /** The same for one request: dropped at once when nobody listens. Says whether anybody heard it. */
  tell(type: RequestNews['type'], tag: string | undefined): boolean;
  history(): SessionEvent[];
};

export function createEventLog(clock: Clock): EventLog {
  const listeners = new Map<SessionEventType, Set<(event: never) => void>>();
  const kept: SessionEvent[] = [];

  function dispatch(event: SessionEvent): void {
    for (const listener of [...(listeners.get(event.type) ?? [])]) {
      try {
        (listener as (event: SessionEvent) => void)(event);
      } catch (error) {
        // A listener of this very event that throws again would never end.
        if (event.type !== 'listener-failed') emit({ type: 'listener-failed', problem: nameOf(error) });
      }
    }
  }

  function emit(news: SessionNews): void {
    const event = { ...news, at: clock.now() };
    kept.push(event);
    if (kept.length > HISTORY_LENGTH) kept.shift();
    dispatch(event);
  }

  return {
    on(type, listener) {
      const ofType = listeners.get(type) ?? new Set();
      // Its own entry each time: the same function may be given twice, and undone once.
      const entry = (event: never): void => listener(event);
      listeners.set(type, ofType.add(entry));
      return () => void ofType.delete(entry);
    },
    emit,
    tell(type, tag) {
      if (!listeners.get(type)?.size) return false;
      dispatch({ type, ...(tag !== undefined && { tag }), at: clock.now() });
      return true;
    },
    history: () => [...kept],
  };
}
