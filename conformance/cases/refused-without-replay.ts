import type { ConformanceCase } from '../case.js';
import { isServed } from '../stage/outcomes.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Ten requests are rejected, and then the refresh is refused.',
  why: 'A queue that is drained whatever happened sends everybody again with the old token or with none: ten more refusals, and ten more error messages.',
  right: 'Nobody is sent again: ten sends.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.revokeSessions();
    const outcomes = await together(stage, () => times(10, (index) => request(stage.path(`n=${index}`))));
    if (outcomes.some(isServed)) stage.fail('served after a refusal');
    await stage.expect({ sends: 10 });
  },
};
