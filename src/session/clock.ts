import { abortError } from './abort.js';
import { callSafely } from './call-safely.js';

/**
 * Where the session reads the time and sets its timers. Hand in another one to drive time in tests
 * (`manualClock()` in `holdfast/testing`), or where the platform has no `setTimeout` of its own.
 *
 * No rule of Holdfast rests on a timer being on time: the clock is read again at each use, so a sleeping
 * laptop or a throttled tab costs one hold at most.
 */
export interface Clock {
  /** The time in milliseconds since 1970, as `Date.now()` gives it. */
  now(): number;
  /** Calls `callback` once, `delayMs` from now or later, and returns what cancels it. */
  setTimer(callback: () => void, delayMs: number): () => void;
  /** A number from 0 up to 1, for jitter. Left out, there is no jitter. */
  random?(): number;
}

/** A timer set for longer than this fires at once on most platforms: `setTimeout` keeps 32 bits. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The platform's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, clampDelay(delayMs));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** A delay that `setTimeout` understands: never negative, never NaN, never over 2³¹−1 ms. */
export function clampDelay(delayMs: number): number {
  return Math.min(Math.max(delayMs, 0) || 0, LONGEST_DELAY_MS);
}

/** The moment an HTTP date names, in milliseconds since 1970; NaN when it names none. */
export function parseHttpDate(text: string): number {
  return Date.parse(text);
}

/**
 * An `AbortController`, or, where the platform has none (mini-programs), one that does as much as a session asks of it.
 */
export function createAbortController(): AbortController {
  return typeof AbortController === 'function' ? new AbortController() : plainAbortController();
}

export function plainAbortController(): AbortController {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
    throwIfAborted(): void {
      if (signal.aborted) throw signal.reason;
    },
  };
  return {
    signal: signal as unknown as AbortSignal,
    abort(reason: unknown = abortError()) {
      if (signal.aborted) return;
      signal.aborted = true;
      signal.reason = reason;
      // As the platform does it: one that throws keeps nobody else from hearing of it.
      for (const listener of listeners) callSafely(listener);
      listeners.clear();
    },
  };
}
