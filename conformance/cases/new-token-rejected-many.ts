import type { ConformanceCase } from '../case.js';
import { expectNoLoop, leaveLoopsOut, LOOP } from './support/no-loop.js';
import { refused } from './support/refused.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'Ten requests are rejected together, and the new token is refused for all of them, by a service that has lost its keys say.',
  why: 'Each replay that is refused may be taken for a reason to refresh, by all the others as well: a page left open then refreshes all night.',
  right:
    'All ten are free with an error or their 401, each was sent twice at most, and there were no more refreshes than callers.',
  needs: ['rejection', 'shared-refresh'],
  limits: { sends: LOOP },
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.plan(refused(stage.path('n=')));
    const outcomes = await together(stage, () => times(10, (index) => request(stage.path(`n=${index}`))));
    await leaveLoopsOut(stage);
    await expectNoLoop(stage, { refreshes: 10, sends: 20 });
    await stage.expect({ outcomes, unserved: 10 });
  },
};
