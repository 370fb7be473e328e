import type { ConformanceCase } from '../case.js';
import { leaveLoopsOut, LOOP } from './support/no-loop.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A server with a stale cache answers the refresh with the very tokens that are dead. Ten requests wait for it.',
  why: 'Every such refresh looks like a success, and every request after it like a reason for the next.',
  right:
    'All ten are free with an error or their 401. How often each may be sent again is asked by another case.',
  needs: [],
  limits: { sends: LOOP },
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.failRefresh('same-token', { times: UNTIL_HEALED });
    await stage.expire();
    const outcomes = await together(stage, () => times(10, (index) => request(stage.path(`n=${index}`))));
    await leaveLoopsOut(stage);
    await stage.expect({ outcomes, unserved: 10 });
  },
};
