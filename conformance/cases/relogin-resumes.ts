import type { ConformanceCase } from '../case.js';
import { atLeast } from '../stage/expectations.js';
import { createLoginDialog } from './support/login-dialog.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is refused, a login dialog opens, and the same user signs in again. Ten requests waited when it opened, and five more came while it was open.',
  why: 'A form that was filled in for an hour must not be lost because the login ran out: [Flyrell/axios-auth-refresh#138](https://github.com/Flyrell/axios-auth-refresh/issues/138), [sjacorg/bayanat#401](https://github.com/sjacorg/bayanat/pull/401).',
  right:
    'All ten are served, and each went out with the new token exactly once. The five that came are free by then, with whatever answer: one of them might have been the login.',
  needs: ['relogin'],
  async run(stage) {
    const dialog = createLoginDialog(stage);
    const { request } = await stage.start({ relogin: dialog.relogin });
    await stage.server.revokeSessions();
    await stage.expire();
    const paths = times(10, (index) => stage.path(`form-${index}`));
    const waited = paths.map((path) => request(path));
    await dialog.opened();
    const came = times(5, (index) => request(stage.path(`later-${index}`)));
    const tokens = await stage.server.signIn('ada');
    dialog.close(tokens);
    await stage.expect({ outcomes: await stage.settle(waited), refreshes: 1 });
    await stage.expect({ outcomes: await stage.settle(came), served: atLeast(0) });
    const { sends } = await stage.server.seen();
    const renewed = sends.filter(({ headers }) => Object.values(headers).join().includes(tokens.accessToken));
    if (paths.some((path) => renewed.filter(({ url }) => url === path).length !== 1))
      stage.fail('a request did not go out exactly once after the login');
  },
};
