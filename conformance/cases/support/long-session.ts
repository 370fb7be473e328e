import type { Player, Stage, Wishes } from '../../stage/stage.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A session in which many tokens die one after the other, none of them of old age. */
export async function startLongSession(stage: Stage, wishes?: Wishes): Promise<Player> {
  await stage.server.set({ accessLifetimeMs: HOUR_MS });
  return await stage.start(wishes);
}

/** The token dies on the server alone. A minute after the last: libraries may bound how many refreshes follow at once. */
export async function killToken(stage: Stage): Promise<void> {
  await stage.time.pass(MINUTE_MS);
  await stage.server.revokeAccess();
}
