import type fc from 'fast-check';
import { clampDelay, type Clock } from '../../src/session/platform/clock.js';
import { park, type Life } from './life.js';

/** One order out of all that could happen: answers, store operations, locks, hints and timers take turns. */
export type Schedule = {
  /** Resolves when its turn comes. While `life` is frozen it waits on, and once that is dead it never comes. */
  turn(label: string, life?: Life): Promise<void>;
  clockFor(life: Life, chance: number): Clock;
  now(): number;
  /** Lets time pass. Timers that fall due take their turn like everything else: late, as in a throttled tab. */
  pass(ms: number): void;
  /** Runs one task and all that follows from it; false when there is none. */
  step(): Promise<boolean>;
  /** Runs until nothing is left to run, moving the clock from one timer to the next. */
  rest(): Promise<void>;
};

type Timer = { readonly dueAt: number; readonly callback: () => void; readonly life: Life; queued: boolean };

/** Timers that set each other without end are a finding, not a reason to wait. */
const MOST_STEPS = 20_000;

export function createSchedule(scheduler: fc.Scheduler, afterStep: () => void): Schedule {
  const timers = new Set<Timer>();
  let now = Date.UTC(2026, 0, 1);

  async function turn(label: string, life?: Life): Promise<void> {
    await scheduler.schedule(Promise.resolve(), label);
    if (life?.state === 'frozen') {
      await park(life);
      await turn(`${label}, thawed`, life);
    }
    if (life?.state === 'dead') await new Promise<never>(() => {});
  }

  function queueDueTimers(): void {
    for (const timer of timers) {
      if (timer.queued || timer.dueAt > now) continue;
      timer.queued = true;
      void turn('timer', timer.life).then(() => {
        // It can still be cancelled while it waits for its turn.
        if (timers.delete(timer)) timer.callback();
      });
    }
  }

  async function step(): Promise<boolean> {
    queueDueTimers();
    if (scheduler.count() === 0) return false;
    now += 1;
    await scheduler.waitNext(1);
    await settle();
    afterStep();
    return true;
  }

  return {
    turn,
    step,
    now: () => now,
    pass(ms) {
      now += ms;
    },
    clockFor: (life, chance) => ({
      now: () => now,
      random: () => chance,
      setTimer(callback, delayMs) {
        const timer = { dueAt: now + clampDelay(delayMs), callback, life, queued: false };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    }),
    async rest() {
      await settle();
      for (let steps = 0; ;) {
        while (await step()) if (++steps > MOST_STEPS) throw new Error('it never comes to rest');
        const due = [...timers]
          .filter(({ life, queued }) => life.state === 'running' && !queued)
          .map(({ dueAt }) => dueAt);
        if (due.length === 0) return;
        now = Math.max(now, Math.min(...due));
      }
    },
  };
}

/** Every promise chain runs to its end, however long. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
