import type { ConformanceCase } from '../case.js';
import { expectNoLoop, leaveLoopsOut, LOOP } from './support/no-loop.js';
import { refused } from './support/refused.js';

const CALLS = 10;

export const conformanceCase: ConformanceCase = {
  checks:
    'One endpoint answers 401 where it should answer 403. The app asks it ten times, one after the other, and asks others in between and at the same time.',
  why: 'One wrong endpoint must not cost the whole app its session, nor the server an endless stream of refreshes (kestra#6450).',
  right:
    'All others are served, and whoever asked that endpoint is free with an error or its 401. A library may refresh once for each of those ten, and send each of them twice; a breaker makes it less.',
  needs: ['rejection'],
  limits: { sends: LOOP },
  async run(stage) {
    const player = await stage.start();
    await stage.server.plan(refused(stage.path('forbidden=')));
    const forbidden = [];
    for (let index = 0; index < CALLS; index += 1) {
      const both = [`forbidden=${index}`, `beside=${index}`].map((mark) => player.request(stage.path(mark)));
      const [asked, ...others] = await stage.settle(both);
      await leaveLoopsOut(stage);
      if (asked) forbidden.push(asked);
      others.push(await stage.outcomeOf(player.request(stage.path(`between=${index}`))));
      await stage.expect({ outcomes: others });
    }
    await expectNoLoop(stage, { refreshes: CALLS, sends: 2 * 3 * CALLS });
    await stage.expect({ outcomes: forbidden, unserved: CALLS });
    if (player.endings() > 0) stage.fail('the app is told that the session is over');
  },
};
