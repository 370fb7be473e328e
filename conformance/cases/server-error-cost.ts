import { atMost } from '../stage/expectations.js';
import type { ConformanceCase } from '../case.js';
import { inTurn } from './support/in-turn.js';
import { times } from './support/times.js';
import { together } from './support/together.js';
import { UNTIL_HEALED } from './support/until-healed.js';

/** The first try, and two more. */
const TRIES = 3;

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is answered with 500 for a while. Ten requests wait for it, and three more begin one after the other when those have failed.',
  why: 'A server in trouble gets what every client asks of it. Retries help when they are few; one for each caller, or one after the other without end, keeps it down.',
  right:
    'Everybody is free, and it costs no more than three refreshes for the ten and three for each of the others.',
  needs: ['shared-refresh'],
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.failRefresh('error', { times: UNTIL_HEALED });
    await stage.expire();
    await together(stage, () => times(10, (index) => request(stage.path(`n=${index}`))));
    await stage.expect({ refreshes: atMost(TRIES) });
    await inTurn(3, () => stage.outcomeOf(request(stage.path('later'))));
    await stage.expect({ refreshes: atMost(4 * TRIES) });
  },
};
