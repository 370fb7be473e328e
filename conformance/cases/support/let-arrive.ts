import { isServed } from '../../stage/outcomes.js';
import type { Stage } from '../../stage/stage.js';
import { inTurn } from './in-turn.js';

/**
 * Somebody else, with a session of their own, sends three requests in turn. When those have come back, what was sent
 * before has arrived, and what was answered before has been read.
 */
export async function letArrive(stage: Stage): Promise<void> {
  const { request } = await stage.start({ as: 'lin' });
  const outcomes = await inTurn(3, () => stage.outcomeOf(request(stage.path('bystander'))));
  if (!outcomes.every(isServed)) stage.fail('somebody else was not served');
}
