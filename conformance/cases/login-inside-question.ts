import type { ConformanceCase } from '../case.js';
import type { Tokens } from '../contract.js';
import type { Player } from '../stage/stage.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is refused, and the app asks for the password and logs in through the same client, after a moment. Five requests wait.',
  why: 'An app has one client, and its login form uses it. A login that is held until somebody has logged in waits for itself, and everybody else for it.',
  right: 'The login goes out, and the five are served with what it brought.',
  needs: ['relogin', 'http'],
  async run(stage) {
    const player: Player = await stage.start({
      async relogin() {
        // A dialog was open meanwhile: no call stack leads from here to the question.
        await stage.server.openSockets();
        const reply = await player.request('/auth/login', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ username: 'ada', password: 'ada' }),
        });
        return reply.status === 200 ? (reply.body as Tokens) : null;
      },
    });
    await stage.server.revokeSessions();
    await stage.expire();
    const outcomes = await stage.settle(times(5, (index) => player.request(stage.path(`n=${index}`))));
    await stage.expect({ outcomes, refreshes: 1 });
  },
};
