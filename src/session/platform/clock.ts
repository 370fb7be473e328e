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
