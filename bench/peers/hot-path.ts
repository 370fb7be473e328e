import type { Subject } from '../../conformance/contract.js';
import type { RemoteServer } from '../../conformance/server/remote.js';
import { createStage } from '../../conformance/stage/stage.js';
import type { LocalTime } from '../../conformance/stage/time.js';
import type { Transports } from './transports.js';

const WARM_UP = 1_000;
const REQUESTS = 3_000;

/**
 * What a request with a good token takes, in microseconds, one after the other, over a transport that answers at once.
 *
 * @throws where requests carried no token, which would be another question
 */
export async function hotPathUs(
  subject: Subject,
  server: RemoteServer,
  time: LocalTime,
  transports: Transports,
): Promise<number> {
  const stage = createStage(subject, server, time);
  const { request } = await stage.start();
  transports.answerAtOnce();
  try {
    for (let sent = 0; sent < WARM_UP; sent += 1) await request(stage.path());
    const startedAt = performance.now();
    for (let sent = 0; sent < REQUESTS; sent += 1) await request(stage.path());
    const us = ((performance.now() - startedAt) * 1_000) / REQUESTS;
    if (transports.withoutToken > 0)
      throw new Error(`expected a token in every request, got ${transports.withoutToken} without`);
    return us;
  } finally {
    transports.restore();
  }
}
