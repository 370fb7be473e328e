import type { ConformanceCase } from '../case.js';
import { expectNoLoop, LOOP } from './support/no-loop.js';
import { refused } from './support/refused.js';

export const conformanceCase: ConformanceCase = {
  checks: 'One endpoint refuses the new token too.',
  why: 'When new tokens do not help, newer ones will not either. Without a mark on the request it goes round for ever.',
  right: 'One refresh and one replay; the caller gets the second refusal, or an error.',
  needs: ['rejection'],
  limits: { sends: LOOP },
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.plan(refused(stage.path('never')));
    const outcome = await stage.outcomeOf(request(stage.path('never')));
    await expectNoLoop(stage, { refreshes: 1, sends: 2 });
    await stage.expect({ outcomes: [outcome], unserved: 1, refreshes: 1, sends: 2 });
  },
};
