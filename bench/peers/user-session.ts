import type { Subject } from '../../conformance/contract.js';
import type { RemoteServer } from '../../conformance/server/remote.js';
import { createStage, LIFETIME_MS } from '../../conformance/stage/stage.js';
import type { LocalTime } from '../../conformance/stage/time.js';

const MINUTES = 5;
const REQUESTS_A_SECOND = 5;
const REFRESH_MS = 120;

/**
 * How many requests a minute were held up by a refresh, for a user who makes 5 a second with tokens for 60 s. Both
 * clocks are moved by hand from request to request; a refresh takes its time for real, and a request that took about as
 * long has waited for it.
 */
export async function heldAMinute(subject: Subject, server: RemoteServer, time: LocalTime): Promise<number> {
  const stage = createStage(subject, server, time);
  const { request } = await stage.start({ refreshAheadMs: LIFETIME_MS / 5 });
  await server.set({ refreshDelayMs: REFRESH_MS });
  let held = 0;
  for (let sent = 0; sent < MINUTES * 60 * REQUESTS_A_SECOND; sent += 1) {
    await stage.time.pass(1_000 / REQUESTS_A_SECOND);
    const startedAt = performance.now();
    await request(stage.path()).catch(() => {});
    if (performance.now() - startedAt > REFRESH_MS * 0.8) held += 1;
  }
  return held / MINUTES;
}
