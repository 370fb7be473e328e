import type { Awaitable } from '../../contract.js';
import { PATIENCE_MS } from '../../stage/outcomes.js';
import type { Stage } from '../../stage/stage.js';

/** Whether something that nobody announces comes true within the patience of a caller. */
export async function comesTrue(stage: Stage, condition: () => Awaitable<boolean>): Promise<boolean> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > PATIENCE_MS) return false;
    // A round trip: whatever is on its way goes on meanwhile.
    await stage.server.seen();
  }
  return true;
}
