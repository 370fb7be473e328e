import type { Awaitable } from '../../contract.js';
import { startPatience } from '../../stage/patience.js';
import type { Stage } from '../../stage/stage.js';

/** Whether something that nobody announces comes true within the patience of a caller. */
export async function comesTrue(stage: Stage, condition: () => Awaitable<boolean>): Promise<boolean> {
  const patience = startPatience();
  let isLost = false;
  void patience.lost.then(() => (isLost = true));
  while (!(await condition())) {
    if (isLost) return false;
    // A round trip: whatever is on its way goes on meanwhile.
    await stage.server.seen();
  }
  patience.end();
  return true;
}
