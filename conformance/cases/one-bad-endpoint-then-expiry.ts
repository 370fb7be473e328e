import type { ConformanceCase } from '../case.js';
import { inTurn } from './support/in-turn.js';
import { leaveLoopsOut, LOOP } from './support/no-loop.js';
import { refused } from './support/refused.js';

const CALLS = 8;

export const conformanceCase: ConformanceCase = {
  checks:
    'One endpoint answers 401 to every token, and is asked eight times in turn. Then the token really dies, and five requests go elsewhere, one after the other.',
  why: 'What a broken endpoint used up of a limit must not be missing when a refresh is needed.',
  right: 'The five are served.',
  needs: ['rejection'],
  limits: { sends: LOOP },
  async run(stage) {
    const player = await stage.start();
    await stage.server.plan(refused(stage.path('never=')));
    for (let index = 0; index < CALLS; index += 1) {
      await stage.outcomeOf(player.request(stage.path(`never=${index}`)));
      await leaveLoopsOut(stage);
    }
    // Whether it may end over that is asked by another case.
    if (player.endings() > 0) stage.leaveOut('a session that outlives an endpoint which is always rejected');
    await stage.expire();
    const outcomes = await inTurn(5, () => stage.outcomeOf(player.request(stage.path('other'))));
    await stage.expect({ outcomes });
  },
};
