import type { ConformanceCase } from '../case.js';
import { expectKeptSession } from './support/kept-session.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The connection is cut while the refresh is on its way, in a lift say; a moment later it is back.',
  why: 'A network that fails says nothing of the login. Whoever clears the tokens at any failure logs people out in every tunnel ([social-app#294](https://github.com/bluesky-social/social-app/pull/294)).',
  right:
    'The tokens are kept, the app is not told that it is over, and the next request refreshes and is served.',
  needs: [],
  run: (stage) =>
    expectKeptSession(stage, () =>
      stage.server.plan({ prefix: '/auth/refresh', when: 'always', status: 'cut' }),
    ),
};
