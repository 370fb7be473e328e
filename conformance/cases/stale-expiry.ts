import type { ConformanceCase } from '../case.js';
import type { Tokens } from '../contract.js';
import { LIFETIME_MS } from '../stage/stage.js';
import { inTurn } from './support/in-turn.js';

type Dated = Tokens & { readonly expiresAt: number };

export const conformanceCase: ConformanceCase = {
  checks:
    'A login says when its token ends, as a date. Five seconds before that the server revokes it; the refresh brings new tokens and says nothing of their end. Ten requests follow, one a second.',
  why: 'What a refresh leaves out stays as it was, the refresh token of a server that does not rotate for example; but the date spoke of the token that has died. Kept, it makes each new token dead on arrival.',
  right: 'One refresh, ten served.',
  needs: ['own-clock'],
  async run(stage) {
    const player = await stage.start({
      as: null,
      refresh: (real) => async (tokens, options) => undated(await real(tokens, options)),
    });
    const dated: Dated = {
      ...undated(await stage.server.signIn('ada')),
      expiresAt: stage.time.now() + LIFETIME_MS,
    };
    await player.signIn(dated);
    await stage.time.pass(LIFETIME_MS - 5_000);
    await stage.server.revokeAccess();
    const outcomes = await inTurn(10, async () => {
      await stage.time.pass(1_000);
      return await stage.outcomeOf(player.request(stage.path()));
    });
    await stage.expect({ outcomes, refreshes: 1 });
  },
};

function undated(tokens: Tokens): Tokens {
  return { ...tokens, expiresIn: undefined as unknown as number };
}
