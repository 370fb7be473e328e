import type { Heard } from './heard.js';

export type Race = {
  /** Refreshes again and again, against the other tabs, until `stop()`. */
  start(): void;
  stop(): Promise<void> | undefined;
};

export function createRace(refresh: () => Promise<unknown>, { count, next, nudge }: Heard): Race {
  const state = { isOn: false };
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (state.isOn) {
      const own = count('refreshed');
      await refresh();
      // Whoever refreshed lets another be the next.
      const others = count('adopted');
      while (state.isOn && count('refreshed') > own && count('adopted') === others) await next();
    }
  }

  return {
    start() {
      state.isOn = true;
      running = run();
    },
    stop() {
      state.isOn = false;
      nudge();
      return running;
    },
  };
}
