import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A request is out, newer tokens of the same login come from elsewhere, another tab say, and then its 401 arrives.',
  why: 'The 401 speaks of tokens that are gone. A refresh now would spend the refresh token that somebody else has just brought, for nothing.',
  right: 'No refresh: it is sent again with the tokens that are there now, and served.',
  needs: ['rejection'],
  async run(stage) {
    const player = await stage.start({ shared: true });
    const gate = await stage.hold(stage.path('slow'));
    const slow = player.request(stage.path('slow'));
    await gate.reached(1);
    await stage.server.revokeAccess();
    const tokens = await stage.server.signIn('ada');
    await (player.adopt ?? player.signIn)(tokens);
    await gate.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(slow)], refreshes: 0, sends: 2 });
  },
};
