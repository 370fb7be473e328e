import type { ConformanceCase } from '../case.js';
import { createLoginDialog } from './support/login-dialog.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The refresh is refused, a login dialog opens for ten held requests, and the user closes it.',
  why: 'There will be no tokens: whoever goes on waiting waits for ever, and an app that is told ten times goes to its login page ten times.',
  right: 'All ten callers are rejected, nobody is signed in, and the app was told that the session is over.',
  needs: ['relogin', 'ended-event'],
  async run(stage) {
    const dialog = createLoginDialog(stage);
    const player = await stage.start({ relogin: dialog.relogin });
    await stage.server.revokeSessions();
    await stage.expire();
    const held = times(10, () => player.request(stage.path()));
    await dialog.opened();
    dialog.close(null);
    const outcomes = await stage.settle(held);
    await stage.expect({ outcomes, unserved: 10, refreshes: 1 });
    if ((await player.tokens())?.accessToken) stage.fail('still signed in');
    if (dialog.asked > 1) stage.fail('the login was asked for more than once');
    if (player.endings() === 0) stage.fail('the app was told nothing');
  },
};
