import type { ConformanceCase } from '../case.js';
import { expectKeptSession } from './support/kept-session.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The refresh is answered with 500 for a while, during a deployment say.',
  why: 'A 5xx means that the server erred, not that the request was wrong (RFC 9110, section 15.6): the refresh token is as good as before, and a library that drops it signs out everybody who was there.',
  right:
    'The tokens are kept, the app is not told that it is over, and the next request refreshes and is served.',
  needs: [],
  run: (stage) => expectKeptSession(stage, () => stage.server.failRefresh('error', { times: UNTIL_HEALED })),
};
