import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A request is so slow that the tokens are refreshed twice before its 401 arrives.',
  why: 'A library that remembers only the tokens before the last takes this for a rejection of the current ones.',
  right: 'No third refresh: it is sent again with the current tokens, and served.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const gate = await stage.hold(stage.path('slow'));
    const slow = request(stage.path('slow'));
    await gate.reached(1);
    const outcomes = [];
    for (const rotation of [1, 2]) {
      await stage.server.revokeAccess();
      outcomes.push(await stage.outcomeOf(request(stage.path(`prompt=${rotation}`))));
    }
    await gate.open();
    outcomes.push(await stage.outcomeOf(slow));
    await stage.expect({ outcomes, refreshes: 2, sends: 6 });
  },
};
