import { setImmediate } from 'node:timers/promises';
import { PATIENCE_MS } from '../../stage/outcomes.js';

/** Resolves to true as soon as the condition holds, and to false when it does not within the patience of a caller. */
export async function until(condition: () => Promise<boolean>): Promise<boolean> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    if (await condition()) return true;
    await setImmediate();
  }
  return false;
}
