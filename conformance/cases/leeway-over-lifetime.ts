import { atLeast, atMost } from '../stage/expectations.js';
import { LIFETIME_MS } from '../stage/stage.js';
import type { ConformanceCase } from '../case.js';
import { inTurn } from './support/in-turn.js';

const SHORT_LIFETIME_MS = 5_000;

export const conformanceCase: ConformanceCase = {
  checks:
    'The server’s tokens live for five seconds, and the library has the leeway that it has by default. Twenty requests in turn, and one when the token has died.',
  why: 'A leeway is meant for tokens that live longer than it. One of ten seconds, which is a usual default, declares such a token dead on arrival, and each request refreshes.',
  right:
    'Everybody is served, with at most one refresh for the twenty, and one or two more when it has died.',
  needs: ['own-clock'],
  async run(stage) {
    await stage.server.set({ accessLifetimeMs: SHORT_LIFETIME_MS });
    const { request } = await stage.start();
    const outcomes = await inTurn(20, () => stage.outcomeOf(request(stage.path())));
    await stage.expect({ outcomes, refreshes: atMost(1) });
    await stage.time.pass(LIFETIME_MS);
    const later = await stage.outcomeOf(request(stage.path()));
    await stage.expect({ outcomes: [later], refreshes: atMost(3) });
    await stage.expect({ refreshes: atLeast(1) });
  },
};
