import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A request is out, its user signs out, and then its 401 arrives.',
  why: 'A refresh now would sign somebody in again who has just left, on a machine that may be shared.',
  right: 'No refresh and no second send: the caller gets its 401 or an error.',
  needs: ['rejection', 'sign-out'],
  async run(stage) {
    const player = await stage.start();
    const gate = await stage.hold(stage.path('slow'));
    const slow = player.request(stage.path('slow'));
    await gate.reached(1);
    await stage.server.revokeAccess();
    await player.signOut?.();
    await gate.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(slow)], unserved: 1, refreshes: 0, sends: 1 });
  },
};
