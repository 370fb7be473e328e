import type { ConformanceCase } from '../contract.js';
import { createLoginDialog } from './support/login-dialog.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is refused, a login dialog opens, and the same user signs in again. Five requests waited when it opened, and five more came while it was open.',
  why: 'A form that was filled in for an hour must not be lost because the login ran out: [Flyrell/axios-auth-refresh#138](https://github.com/Flyrell/axios-auth-refresh/issues/138), [sjacorg/bayanat#401](https://github.com/sjacorg/bayanat/pull/401).',
  right: 'All ten are served, and each went out with the new token exactly once.',
  needs: ['relogin'],
  async run(stage) {
    const dialog = createLoginDialog(stage);
    const { request } = await stage.start({ relogin: dialog.relogin });
    await stage.server.revokeSessions();
    await stage.expire();
    const paths = times(10, (index) => stage.path(`form-${index}`));
    const waited = paths.slice(0, 5).map((path) => request(path));
    await dialog.opened();
    const came = paths.slice(5).map((path) => request(path));
    const tokens = await stage.server.signIn('ada');
    dialog.close(tokens);
    const outcomes = await stage.settle([...waited, ...came]);
    await stage.expect({ outcomes, refreshes: 1 });
    const { sends } = await stage.server.seen();
    const renewed = sends.filter(({ headers }) => Object.values(headers).join().includes(tokens.accessToken));
    if (paths.some((path) => renewed.filter(({ url }) => url === path).length !== 1))
      stage.fail('a request did not go out exactly once after the login');
  },
};
