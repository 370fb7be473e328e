import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The refresh is sent and never answered. Ten requests wait for it.',
  why: 'One lost packet at the wrong moment, and without a deadline the page shows a spinner until it is reloaded (onyx#13146).',
  right:
    'Everybody is free with an error or their 401 at the deadline of the refresh, which is half a second where it can be set.',
  needs: [],
  async run(stage) {
    const { request } = await stage.start({ refreshTimeoutMs: 500 });
    await stage.server.failRefresh('never-answer', { times: UNTIL_HEALED });
    await stage.expire();
    const outcomes = await stage.settle(times(10, (index) => request(stage.path(`n=${index}`))));
    await stage.expect({ outcomes, unserved: 10 });
  },
};
