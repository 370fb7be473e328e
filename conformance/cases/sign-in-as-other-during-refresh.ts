import type { ConformanceCase } from '../case.js';
import { claimsOf } from './support/claims-of.js';
import { inTurn } from './support/in-turn.js';
import { senderOf } from './support/sender-of.js';

export const conformanceCase: ConformanceCase = {
  checks: 'While a refresh for one user is under way another signs in, and then its answer comes.',
  why: 'Whoever stores that answer turns the second user into the first, and whoever answers the held request shows one what is the other’s; see [ginlix-ai/LangAlpha#387](https://github.com/ginlix-ai/LangAlpha/pull/387).',
  right:
    'The tokens of the second user stand and serve the requests after them. The held request of the first is free, and never goes out as the second.',
  needs: ['keeps-tokens'],
  async run(stage) {
    const player = await stage.start();
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    await stage.expire();
    const held = player.request(stage.path('held'));
    await refresh.reached(1);
    const tokens = await stage.server.signIn('lin');
    const signedIn = player.signIn(tokens);
    await refresh.open();
    await signedIn;
    const outcome = await stage.outcomeOf(held);
    // When these have come back, the answer that came before them has been dealt with.
    const later = await inTurn(3, () => stage.outcomeOf(player.request(stage.path('later'))));
    const kept = (await player.tokens())?.accessToken;
    if (kept === undefined || claimsOf(kept).sub !== 'lin')
      stage.fail('the tokens of the second user were replaced');
    const { sends } = await stage.server.seen();
    if (sends.some((send) => send.url === stage.path('held') && senderOf(send) === 'lin'))
      stage.fail('the held request went out as the second user');
    if (sends.some((send) => send.url === stage.path('later') && senderOf(send) !== 'lin'))
      stage.fail('a request of the second user did not go out as theirs');
    if (outcome.type === 'hung') stage.fail('the held request hangs');
    await stage.expect({ outcomes: later });
  },
};
