import type { Stage } from '../../stage/stage.js';

/** A request that is on its way arrives within fewer round trips. */
const ROUND_TRIPS = 5;

/** Resolves when nothing arrives at the server any more and all it refused has been answered. */
export async function quiet(stage: Stage): Promise<void> {
  let before = '';
  for (let still = 0; still < ROUND_TRIPS;) {
    const { sends, rejected, refreshes, looped } = await stage.server.seen();
    const now = [sends.length, rejected, refreshes].join();
    still = now === before || looped ? still + 1 : 0;
    before = now;
  }
}
