import { clampDelay, type Clock } from '../session/platform/clock.js';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Lets `ms` pass. Timers that fall due fire in order, each at its own time, and what a timer set going runs
   * on before the next one fires: promise chains, further timers, streams in memory. Await it before the next
   * step of the test. `advance(0)` fires what is overdue and lets everything settle.
   *
   * @throws whatever a timer's callback throws, and an `Error` when timers set each other without end.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves the time without firing a timer, as a laptop's sleep does: what became due meanwhile fires late, at
   * the next `advance`. A negative `ms` sets the clock back; timers keep the time they had left.
   */
  jump(ms: number): void;
  /** How many timers are set and have not fired yet. */
  readonly timers: number;
  /** Assign another function to vary the jitter. @default () => 0.5 */
  random: () => number;
}

interface Timer {
  dueAt: number;
  readonly isImmediate: boolean;
  readonly callback: () => void;
}

/** Timers without delay that set each other would keep `advance` busy for ever. */
const MOST_IMMEDIATE_TIMERS_IN_A_ROW = 10_000;

/**
 * Makes a clock for tests of anything that takes a `Clock`: a session, or an auth server. It needs no test
 * runner and fakes no global.
 *
 * @param startMs the time it begins with, in milliseconds since 1970. @default the first instant of 2026
 *
 * @example
 * ```ts
 * import { createAuthServer, manualClock } from 'holdfast/testing';
 *
 * const clock = manualClock();
 * const server = createAuthServer({ clock, accessLifetimeMs: 5_000 });
 * const { accessToken } = server.signIn('ada');
 * await clock.advance(5_000); // accessToken has expired
 * ```
 */
export function manualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  // A Set keeps the order in which timers were set: the tie-break between timers due at the same instant.
  const pending = new Set<Timer>();
  let nowMs = startMs;

  function earliestUntil(limitMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of pending) {
      if (timer.dueAt <= limitMs && (earliest === undefined || timer.dueAt < earliest.dueAt))
        earliest = timer;
    }
    return earliest;
  }

  return {
    now: () => nowMs,

    setTimer(callback, delayMs) {
      // Clamped like the platform's timers, so that code which overflows them is found out here too.
      const clampedMs = clampDelay(delayMs);
      const timer: Timer = { dueAt: nowMs + clampedMs, isImmediate: clampedMs === 0, callback };
      pending.add(timer);
      return () => {
        pending.delete(timer);
      };
    },

    random: () => 0.5,

    async advance(ms) {
      const targetMs = nowMs + ms;
      await settle();
      let immediate = 0;
      for (let timer = earliestUntil(targetMs); timer !== undefined; timer = earliestUntil(targetMs)) {
        immediate = timer.isImmediate ? immediate + 1 : 0;
        if (immediate > MOST_IMMEDIATE_TIMERS_IN_A_ROW) {
          throw new Error(`expected the timers without delay to come to an end, got ${immediate} in a row`);
        }
        pending.delete(timer);
        nowMs = Math.max(nowMs, timer.dueAt);
        timer.callback();
        await settle();
      }
      nowMs = Math.max(nowMs, targetMs);
    },

    jump(ms) {
      nowMs += ms;
      if (ms < 0) for (const timer of pending) timer.dueAt += ms;
    },

    get timers() {
      return pending.size;
    },
  };
}

/**
 * One turn of the event loop runs every promise chain to its end, however long. It goes through a message port
 * because test runners may have put fakes in the place of `setTimeout` and its kin.
 */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
