import type { ConformanceCase } from '../case.js';
import { atMost } from '../stage/expectations.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh fails with 500, and then the slow 401 of a request arrives that carried the same tokens. The server goes on failing.',
  why: 'What has just failed for these tokens need not be asked again for ever, and the request that comes late must not wait for a refresh that nobody makes any more.',
  right:
    'The slow request is free with an error or its 401. It may share the failure or try once more for itself, and is not sent again with the dead token.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const gate = await stage.hold(stage.path('slow'));
    const slow = request(stage.path('slow'));
    await gate.reached(1);
    await stage.server.revokeAccess();
    await stage.server.failRefresh('error', { times: UNTIL_HEALED });
    const prompt = await stage.outcomeOf(request(stage.path('prompt')));
    const { refreshes } = await stage.server.seen();
    await gate.open();
    const late = await stage.outcomeOf(slow);
    // The late one costs no more than the prompt one did.
    await stage.expect({ outcomes: [prompt, late], unserved: 2, refreshes: atMost(2 * refreshes), sends: 2 });
  },
};
