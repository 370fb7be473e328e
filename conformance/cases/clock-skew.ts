import type { ConformanceCase } from '../case.js';
import type { Client } from '../contract.js';
import type { Stage } from '../stage/stage.js';
import { inTurn } from './support/in-turn.js';

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;

export const conformanceCase: ConformanceCase = {
  checks:
    'The client’s clock is two hours ahead, and another time two hours behind. Ten requests in turn while the token is good, and five when it is dead.',
  why: 'The `exp` of a JWT counts by the server’s clock (RFC 7519, section 4.1.4). Held against another, a token is dead on arrival, and each request refreshes; or it seems to live for two hours more, and nothing does.',
  right: 'Everybody is served. At most one refresh while the token is good, and one or two when it is dead.',
  needs: ['own-clock'],
  async run(stage) {
    stage.time.skew(TWO_HOURS_MS);
    const player = await stage.start();
    await useTokens(stage, player, 'two hours ahead');
    stage.time.skew(-2 * TWO_HOURS_MS);
    await player.signIn(await stage.server.signIn('ada'));
    await useTokens(stage, player, 'two hours behind');
  },
};

async function useTokens(stage: Stage, { request }: Client, where: string): Promise<void> {
  const refreshes = async (): Promise<number> => (await stage.server.seen()).refreshes;
  const atFirst = await refreshes();
  const good = await inTurn(10, () => stage.outcomeOf(request(stage.path())));
  await stage.expect({ outcomes: good });
  const meanwhile = await refreshes();
  if (meanwhile > atFirst + 1) stage.fail(`${where}: refreshed again and again while the token was good`);
  await stage.expire();
  const dead = await inTurn(5, () => stage.outcomeOf(request(stage.path())));
  await stage.expect({ outcomes: dead });
  const atLast = await refreshes();
  if (atLast === meanwhile) stage.fail(`${where}: a dead token was not refreshed`);
  if (atLast > meanwhile + 2) stage.fail(`${where}: more than two refreshes for one dead token`);
}
