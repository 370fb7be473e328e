import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Ten requests wait for a refresh, and the server answers it with 500.',
  why: 'A promise that is rejected for the first caller alone, or a queue that is drained only on success, leaves the others waiting for ever.',
  right: 'All ten callers are free, with their 401 or an error.',
  needs: [],
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.failRefresh('error', { times: UNTIL_HEALED });
    await stage.expire();
    const outcomes = await together(stage, () => times(10, (index) => request(stage.path(`n=${index}`))));
    await stage.expect({ outcomes, unserved: 10 });
  },
};
