import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A request is slow, and its 401 arrives when the refresh that another one caused is over.',
  why: 'Whoever looks at the status alone refreshes again, for tokens that are new already. With rotation that logs people out as soon as the two overlap.',
  right: 'One refresh in all, and the slow request is sent again with the tokens that are already there.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const gate = await stage.hold(stage.path('slow'));
    const slow = request(stage.path('slow'));
    await gate.reached(1);
    await stage.server.revokeAccess();
    const prompt = await stage.outcomeOf(request(stage.path()));
    await gate.open();
    const outcomes = [prompt, await stage.outcomeOf(slow)];
    await stage.expect({ outcomes, refreshes: 1, sends: 4 });
  },
};
