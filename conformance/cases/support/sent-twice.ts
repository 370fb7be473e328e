import type { Arrival } from '../../server/arrivals.js';
import { isServed } from '../../stage/outcomes.js';
import type { Stage } from '../../stage/stage.js';
import { killToken } from './long-session.js';

/** Makes a call with a token that is dead, and gives both sends of it back; fails unless it is served by the second. */
export async function sentTwice(
  stage: Stage,
  what: string,
  call: () => Promise<{ readonly status: number }>,
): Promise<{ readonly rejected: Arrival; readonly replay: Arrival }> {
  await killToken(stage);
  const before = (await stage.server.seen()).sends.length;
  const outcome = await stage.outcomeOf(statusOf(call));
  if (outcome.type === 'hung') stage.fail(`${what}: hangs`);
  if (outcome.type === 'rejected') stage.fail(`${what}: rejects`);
  if (!isServed(outcome)) stage.fail(`${what}: answered with ${outcome.answer.status}`);
  const [rejected, replay, ...more] = (await stage.server.seen()).sends.slice(before);
  if (!rejected || !replay) return stage.fail(`${what}: never sent again`);
  if (more.length > 0) stage.fail(`${what}: sent more than twice`);
  return { rejected, replay };
}

async function statusOf(
  call: () => Promise<{ readonly status: number }>,
): Promise<{ status: number; body: null }> {
  const { status } = await call();
  return { status, body: null };
}
