import type { ConformanceCase } from '../case.js';
import { createLoginDialog } from './support/login-dialog.js';
import { senderOf } from './support/sender-of.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The refresh is refused, a login dialog opens, and somebody else signs in.',
  why: 'What was held is the first user’s: sent now, it would be done in the name of the second.',
  right: 'The held requests are rejected and not sent again. The second user’s tokens serve from then on.',
  needs: ['relogin'],
  async run(stage) {
    const dialog = createLoginDialog(stage);
    const { request, tokens } = await stage.start({ relogin: dialog.relogin });
    await stage.server.revokeSessions();
    await stage.expire();
    const held = times(5, () => request(stage.path('held')));
    await dialog.opened();
    const { accessToken, ...rest } = await stage.server.signIn('lin');
    dialog.close({ accessToken, ...rest });
    const outcomes = await stage.settle(held);
    const later = await stage.outcomeOf(request(stage.path('later')));
    const { sends } = await stage.server.seen();
    if (sends.some((send) => send.url === stage.path('held') && senderOf(send) === 'lin'))
      stage.fail('a held request went out as the second user');
    if ((await tokens())?.accessToken !== accessToken)
      stage.fail('the tokens of the second user were not taken');
    await stage.expect({ outcomes, unserved: 5, refreshes: 1 });
    await stage.expect({ outcomes: [later] });
  },
};
