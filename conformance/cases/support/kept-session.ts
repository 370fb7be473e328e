import { isServed } from '../../stage/outcomes.js';
import type { Stage } from '../../stage/stage.js';
import { times } from './times.js';
import { together } from './together.js';

const CALLERS = 5;

/**
 * The refresh goes wrong for a while, for a reason that says nothing of the login: what has to survive that. Whether
 * those who waited are free is asked by another case.
 */
export async function expectKeptSession(stage: Stage, spoil: () => Promise<void>): Promise<void> {
  const player = await stage.start();
  const before = (await player.tokens())?.accessToken;
  await stage.expire();
  await spoil();
  const failed = await together(stage, () =>
    times(CALLERS, (index) => player.request(stage.path(`n=${index}`))),
  );
  if (failed.some(isServed)) stage.fail('served without new tokens');
  if ((await player.tokens())?.accessToken !== before) stage.fail('the tokens are gone');
  if (player.endings() > 0) stage.fail('the app is told that the session is over');

  await stage.server.healRefresh();
  await stage.expect({ outcomes: [await stage.outcomeOf(player.request(stage.path('later')))] });
}
