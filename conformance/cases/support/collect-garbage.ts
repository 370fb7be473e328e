import { setImmediate } from 'node:timers/promises';

const ROUNDS = 20;

/** Collects, and lets the finalizers run, until the condition holds; gives up after a while. */
export async function collectGarbage(condition: () => boolean): Promise<void> {
  if (!globalThis.gc) throw new TypeError('expected a process that was started with --expose-gc');
  for (let round = 0; round < ROUNDS && !condition(); round += 1) {
    globalThis.gc();
    await setImmediate();
  }
}
