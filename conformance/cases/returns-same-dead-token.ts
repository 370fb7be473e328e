import type { ConformanceCase } from '../contract.js';
import { expectNoLoop, LOOP } from './support/no-loop.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A server with a stale cache answers the refresh with the very tokens that are dead. Ten requests wait for it.',
  why: 'Every such refresh looks like a success, and every request after it like a reason for the next.',
  right:
    'All ten are free with an error or their 401. How often each may try is the library’s choice, as long as that is no more than three times.',
  needs: [],
  limits: { sends: LOOP },
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.failRefresh('same-token', { times: UNTIL_HEALED });
    await stage.expire();
    const outcomes = await together(stage, () => times(10, (index) => request(stage.path(`n=${index}`))));
    await expectNoLoop(stage, { refreshes: 30, sends: 30 });
    await stage.expect({ outcomes, unserved: 10 });
  },
};
