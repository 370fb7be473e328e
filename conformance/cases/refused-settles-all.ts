import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Ten requests wait for a refresh, and the server refuses it: the login is over.',
  why: 'A queue that is drained only on success leaves all but the first waiting for ever; the copied snippet does.',
  right: 'All ten callers are free, with their 401 or an error.',
  needs: ['rejection'],
  async run(stage) {
    const player = await stage.start();
    await stage.server.revokeSessions();
    const outcomes = await together(stage, () =>
      times(10, (index) => player.request(stage.path(`n=${index}`))),
    );
    await stage.expect({ outcomes, unserved: 10 });
  },
};
