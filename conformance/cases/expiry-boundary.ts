import type { ConformanceCase } from '../case.js';
import { claimsOf } from './support/claims-of.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'One request in the last millisecond of a token’s life and one in the first after it, by a clock that stands still. No leeway; `exp`, `exp − iat` and `expiresIn` all name the same moment.',
  why: 'On `exp` itself a token is not to be accepted any more (RFC 7519, section 4.1.4), and before it there is no reason to refresh.',
  right: 'The first goes out as it is. The second is refreshed for, and goes out once.',
  needs: ['expiry', 'exact-expiry'],
  async run(stage) {
    const { request, signIn } = await stage.start({ as: null, leewayMs: 0 });
    const tokens = await stage.server.signIn('ada');
    const { iat, exp } = claimsOf(tokens.accessToken);
    stage.time.freeze(iat * 1000);
    await signIn({ ...tokens, expiresIn: exp - iat });
    stage.time.freeze(exp * 1000 - 1);
    const last = await stage.outcomeOf(request(stage.path()));
    await stage.expect({ outcomes: [last], refreshes: 0, sends: 1 });
    await stage.server.jump((exp - iat) * 1000);
    stage.time.freeze(exp * 1000);
    const first = await stage.outcomeOf(request(stage.path()));
    await stage.expect({ outcomes: [first], refreshes: 1, sends: 2 });
  },
};
