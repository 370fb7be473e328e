import type { ConformanceCase } from '../case.js';
import { DEAD_CODES } from './support/judged-by-code.js';

const OVER = 8888;

export const conformanceCase: ConformanceCase = {
  checks:
    'A reply has the code for a session that is over, such as an account that was closed or signed in elsewhere.',
  why: 'Refreshing would revive what the server has ended, or fail only after everybody has waited for it; admin templates have codes of their own for it, soybean-admin 8888.',
  right:
    'The session is over at once and the app is told once, nothing is refreshed, and the old token is not sent any more.',
  needs: ['rejection', 'codes', 'server-sign-out', 'ended-event', 'http'],
  async run(stage) {
    const player = await stage.start({
      judge: { by: 'code', field: 'errcode', refresh: DEAD_CODES, signOut: [OVER] },
    });
    const old = await player.tokens();
    if (!old) return stage.fail('is not signed in');
    const path = stage.path('over');
    const body = { errcode: OVER, errmsg: 'signed in elsewhere', data: null };
    await stage.server.plan({ prefix: path, when: 'always', status: 200, body });
    const outcome = await stage.outcomeOf(player.request(path));
    if (outcome.type === 'hung') stage.fail('the caller hangs');
    await stage.expect({ refreshes: 0, sends: 1 });
    if (player.endings() !== 1) stage.fail(`tells the app ${player.endings()} times`);
    if (await player.tokens()) stage.fail('keeps the tokens');
    const next = await stage.outcomeOf(player.request(stage.path()));
    if (next.type === 'hung') stage.fail('the next caller hangs');
    const { refreshes, sends } = await stage.server.seen();
    if (refreshes > 0) stage.fail('refreshes for the next request');
    if (sends.slice(1).some(({ headers }) => headers['authorization']?.includes(old.accessToken)))
      stage.fail('sends the old token again');
  },
};
