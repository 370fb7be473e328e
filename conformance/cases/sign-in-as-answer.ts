import type { ConformanceCase } from '../case.js';
import { createLoginDialog } from './support/login-dialog.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is refused, a login dialog opens, and its own code signs the same user in before the dialog is closed. Five requests wait.',
  why: 'To sign in is what a login form does, whether somebody waits for its answer or not. Taken for another login, it drops everything that the login was asked for.',
  right: 'The sign-in is the answer: the five are served with its tokens, before the dialog has closed.',
  needs: ['relogin', 'sign-out', 'keeps-tokens'],
  async run(stage) {
    const dialog = createLoginDialog(stage);
    const player = await stage.start({ relogin: dialog.relogin });
    await stage.server.revokeSessions();
    await stage.expire();
    const held = times(5, (index) => player.request(stage.path(`n=${index}`)));
    await dialog.opened();
    const tokens = await stage.server.signIn('ada');
    await player.signIn(tokens);
    const outcomes = await stage.settle(held);
    dialog.close(tokens);
    await stage.expect({ outcomes, refreshes: 1 });
    if (player.endings() > 0) stage.fail('the app is told that the session is over');
  },
};
