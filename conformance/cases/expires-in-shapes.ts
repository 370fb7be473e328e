import type { ConformanceCase, Tokens } from '../contract.js';
import type { Stage } from '../stage/stage.js';
import { inTurn } from './support/in-turn.js';

const SHAPES = [3600, '3600', null, undefined, '', 'soon', 0, -1, 1e15] as const;

export const conformanceCase: ConformanceCase = {
  checks:
    'What a login and a refresh say of the lifetime is a number, a string, nothing, a word, zero, negative or huge. Five requests in turn, and ten more when the server has revoked the token.',
  why: '`expires_in` is only recommended (RFC 6749, section 5.1), and servers send it as they like. Reckoned with unseen it makes a token that is dead for ever or never, or a date that throws.',
  right:
    'Nobody hangs and everybody is served, with at most one refresh before the revocation and two in all.',
  needs: ['rejection', 'refresh-function'],
  async run(stage) {
    for (const expiresIn of SHAPES) await useTokens(stage, expiresIn);
  },
};

async function useTokens(stage: Stage, expiresIn: (typeof SHAPES)[number]): Promise<void> {
  const shaped = (tokens: Tokens): Tokens => ({ ...tokens, expiresIn: expiresIn as number });
  const { request, signIn } = await stage.start({
    as: null,
    refresh: (real) => async (tokens, options) => shaped(await real(tokens, options)),
  });
  const { refreshes: atFirst } = await stage.server.seen();
  const named = `expiresIn ${JSON.stringify(expiresIn) ?? 'left out'}`;
  const send = (count: number) => inTurn(count, () => stage.outcomeOf(request(stage.path())));

  await signIn(shaped(await stage.server.signIn('ada')));
  await stage.expect({ outcomes: await send(5) });
  const { refreshes: meanwhile } = await stage.server.seen();
  if (meanwhile > atFirst + 1) stage.fail(`${named}: refreshed again and again while the token was good`);
  await stage.server.revokeAccess();
  await stage.expect({ outcomes: await send(10) });
  const { refreshes: atLast } = await stage.server.seen();
  if (atLast === meanwhile) stage.fail(`${named}: a revoked token was not refreshed`);
  if (atLast > meanwhile + 2) stage.fail(`${named}: more than two refreshes after the revocation`);
}
