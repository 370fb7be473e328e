import type { ConformanceCase } from '../case.js';
import { createLoginDialog } from './support/login-dialog.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The session ends on the server. Fifteen requests are rejected at once, and a login dialog opens; fifteen more, which were on their way, are rejected while it is open.',
  why: 'A dialog for each of them is thirty dialogs on top of each other, and each login but the last is in vain.',
  right: 'One refresh, one dialog, and all thirty are served after it.',
  needs: ['rejection', 'relogin'],
  async run(stage) {
    const dialog = createLoginDialog(stage);
    const { request } = await stage.start({ relogin: dialog.relogin });
    const gate = await stage.hold(stage.path('slow'), 'before-answering');
    await stage.server.revokeSessions();
    const slow = times(15, () => request(stage.path('slow')));
    await gate.reached(15);
    const prompt = times(15, () => request(stage.path()));
    await dialog.opened();
    await gate.open();
    // Most of them are back by the time the user is done; either way is to be right.
    await stage.server.seen();
    dialog.close(await stage.server.signIn('ada'));
    const outcomes = await stage.settle([...slow, ...prompt]);
    if (dialog.asked > 1) stage.fail('the login was asked for more than once');
    await stage.expect({ outcomes, refreshes: 1 });
  },
};
