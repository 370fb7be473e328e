import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The server answers 403 to a request with a good token.',
  why: 'A 403 says that the credentials are understood and do not suffice (RFC 9110, section 15.5.4): new tokens for the same user would have no more rights, and a session must not end over it.',
  right:
    'The 403 is the caller’s, after one send; nothing is refreshed, nobody is signed out, and the next request is served.',
  needs: ['rejection'],
  async run(stage) {
    const player = await stage.start();
    const path = stage.path('forbidden');
    const body = { error: 'insufficient_scope' };
    await stage.server.plan({ prefix: path, when: 'live-token', status: 403, body });
    const forbidden = await stage.outcomeOf(player.request(path));
    await stage.expect({ outcomes: [forbidden], unserved: 1, refreshes: 0, sends: 1 });
    if (forbidden.type === 'answered' && forbidden.answer.status !== 403)
      stage.fail(`a 403 is told as ${forbidden.answer.status}`);
    const next = await stage.outcomeOf(player.request(stage.path()));
    await stage.expect({ outcomes: [next], refreshes: 0, sends: 2 });
    if (player.endings() > 0) stage.fail('tells the app that the session is over');
  },
};
