import type { Clock } from '../../src/session/platform/clock.js';

/** Resolves once so much time has passed by this clock. */
export function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, delayMs));
}
