import type { ConformanceCase } from '../case.js';

const LATER_MS = 100_000;

export const conformanceCase: ConformanceCase = {
  checks:
    'A refresh fails with 500, and the server is well again at once. A hundred seconds later the slow 401 of a request arrives that carried the same tokens.',
  why: 'A failure says how things were when it happened. Shared for ever, it fails requests that a refresh would serve, long after everybody has forgotten the outage.',
  right: 'A refresh of its own, and the request is served.',
  needs: ['rejection'],
  async run(stage) {
    const player = await stage.start();
    const gate = await stage.hold(stage.path('slow'));
    const slow = player.request(stage.path('slow'));
    await gate.reached(1);
    await stage.server.revokeAccess();
    await stage.server.failRefresh('error', { times: 20 });
    await stage.outcomeOf(player.request(stage.path('prompt')));
    // Whether it should have ended is asked by another case.
    if (player.endings() > 0 || !(await player.tokens()))
      stage.leaveOut('a session that outlives a failed refresh');
    await stage.server.healRefresh();
    await stage.time.pass(LATER_MS);
    const { refreshes } = await stage.server.seen();
    await gate.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(slow)], refreshes: refreshes + 1 });
  },
};
