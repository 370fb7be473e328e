import type { ConformanceCase } from '../contract.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh fails with 500, and then the slow 401 of a request arrives that carried the same tokens. Later the server is well again, and another request begins.',
  why: 'What has just failed for these tokens need not be asked again by each request that carried them: a server in trouble would get a refresh for every one of them.',
  right:
    'The slow request shares the failure, without another refresh; the one that begins later tries again and is served.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const gate = await stage.hold(stage.path('slow'));
    const slow = request(stage.path('slow'));
    await gate.reached(1);
    await stage.server.revokeAccess();
    await stage.server.failRefresh('error', { times: UNTIL_HEALED });
    const failed = [await stage.outcomeOf(request(stage.path('prompt')))];
    const { refreshes } = await stage.server.seen();
    await gate.open();
    failed.push(await stage.outcomeOf(slow));
    await stage.expect({ outcomes: failed, unserved: 2 });
    if ((await stage.server.seen()).refreshes !== refreshes)
      stage.fail('refreshes again for the tokens whose refresh has failed');

    await stage.server.healRefresh();
    await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path('later')))] });
  },
};
