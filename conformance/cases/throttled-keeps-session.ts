import type { ConformanceCase } from '../case.js';
import { expectKeptSession } from './support/kept-session.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The refresh is answered with 429 for a while.',
  why: 'A 429 asks for patience (RFC 6585, section 4). It is a 4xx, and a library that takes each of those for a refusal turns a busy minute into a new login for everybody.',
  right:
    'The tokens are kept, the app is not told that it is over, and the next request refreshes and is served.',
  needs: [],
  run: (stage) =>
    expectKeptSession(stage, () => stage.server.failRefresh('throttle', { times: UNTIL_HEALED })),
};
