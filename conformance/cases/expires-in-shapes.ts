import type { ConformanceCase } from '../case.js';
import type { Client, Tokens } from '../contract.js';
import type { Stage } from '../stage/stage.js';
import { inTurn } from './support/in-turn.js';

const SHAPES = [3600, '3600', null, undefined, '', 'soon', 0, -1, 1e15] as const;

const DAY_MS = 24 * 60 * 60 * 1000;

type Shape = (typeof SHAPES)[number];

export const conformanceCase: ConformanceCase = {
  checks:
    'What a login and a refresh say of the lifetime is a number, a string, nothing, a word, zero, negative or huge. Five requests in turn, and five more when the server has revoked the token.',
  why: '`expires_in` is only recommended (RFC 6749, section 5.1), and servers send it as they like. Reckoned with unseen it makes a token that is dead for ever or never, or a date that throws.',
  right:
    'Nobody hangs and everybody is served, with at most one refresh before the revocation and two after it.',
  needs: ['own-clock', 'rejection', 'refresh-function'],
  async run(stage) {
    let shape: Shape;
    const shaped = (tokens: Tokens): Tokens => ({ ...tokens, expiresIn: shape as number });
    const player = await stage.start({
      as: null,
      refresh: (real) => async (tokens, options) => shaped(await real(tokens, options)),
    });
    for (shape of SHAPES) {
      // Each login is another day: what the one before it cost is not to count.
      await stage.time.pass(DAY_MS);
      await player.signIn(shaped(await stage.server.signIn('ada')));
      await useTokens(stage, player, `expiresIn ${JSON.stringify(shape) ?? 'left out'}`);
    }
  },
};

async function useTokens(stage: Stage, { request }: Client, named: string): Promise<void> {
  const { refreshes: atFirst } = await stage.server.seen();
  const send = (count: number) => inTurn(count, () => stage.outcomeOf(request(stage.path())));
  await stage.expect({ outcomes: await send(5) });
  const { refreshes: meanwhile } = await stage.server.seen();
  if (meanwhile > atFirst + 1) stage.fail(`${named}: refreshed again and again while the token was good`);
  await stage.server.revokeAccess();
  await stage.expect({ outcomes: await send(5) });
  const { refreshes: atLast } = await stage.server.seen();
  if (atLast === meanwhile) stage.fail(`${named}: a revoked token was not refreshed`);
  if (atLast > meanwhile + 2) stage.fail(`${named}: more than two refreshes after the revocation`);
}
