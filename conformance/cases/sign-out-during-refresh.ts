import type { ConformanceCase } from '../case.js';
import { inTurn } from './support/in-turn.js';
import { senderOf } from './support/sender-of.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Somebody signs out while a refresh is under way, and then its answer comes.',
  why: 'Whoever stores that answer signs the user in again, with the one refresh token that is valid; see [logto-io/kotlin#253](https://github.com/logto-io/kotlin/issues/253).',
  right:
    'The client stays signed out, in its store too. Once the sign-out is done nothing goes out with a token any more, the held request included; it may fail, or have gone out before.',
  needs: ['sign-out', 'keeps-tokens', 'anonymous'],
  async run(stage) {
    const player = await stage.start();
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    await stage.expire();
    const held = player.request(stage.path('held'));
    await refresh.reached(1);
    const signedOut = player.signOut?.();
    await refresh.open();
    await signedOut;
    const before = (await stage.server.seen()).sends.length;
    const outcome = await stage.outcomeOf(held);
    // When these have come back, the answer that came before them has been dealt with.
    const later = await inTurn(3, () => stage.outcomeOf(player.request(stage.path('later'))));
    if ((await player.tokens())?.accessToken) stage.fail('signed in again by the late answer');
    const { sends } = await stage.server.seen();
    if (sends.slice(before).some((send) => senderOf(send) !== undefined))
      stage.fail('a request went out with a token after the sign-out');
    if (outcome.type === 'hung') stage.fail('the held request hangs');
    await stage.expect({ outcomes: later, unserved: 3 });
  },
};
