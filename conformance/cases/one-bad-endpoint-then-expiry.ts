import type { ConformanceCase } from '../contract.js';
import { refused } from './support/refused.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

const CALLS = 8;

export const conformanceCase: ConformanceCase = {
  checks:
    'One endpoint answers 401 to every token, and is asked eight times in turn. Then the token really dies, and five requests go elsewhere.',
  why: 'What a broken endpoint used up of a limit must not be missing when a refresh is needed.',
  right: 'Whoever asked that endpoint is free, and the five are served.',
  needs: ['rejection', 'shared-refresh'],
  async run(stage) {
    const player = await stage.start();
    await stage.server.plan(refused(stage.path('never=')));
    for (let index = 0; index < CALLS; index += 1) {
      const outcome = await stage.outcomeOf(player.request(stage.path(`never=${index}`)));
      if (outcome.type === 'hung') stage.fail('who asks the endpoint hangs');
    }
    await stage.expire();
    const outcomes = await together(stage, () =>
      times(5, (index) => player.request(stage.path(`other=${index}`))),
    );
    await stage.expect({ outcomes });
  },
};
