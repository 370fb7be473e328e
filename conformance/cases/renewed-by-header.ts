import type { ConformanceCase } from '../case.js';
import { killToken, startLongSession } from './support/long-session.js';

const HEADER = 'x-access-token';

export const conformanceCase: ConformanceCase = {
  checks:
    'Ordinary replies bring access tokens in a header: a new one, an empty one, one from a cache, and one that was on its way while a refresh brought a newer one.',
  why: 'Servers that change the token with every reply send an empty header for requests that belong together, and their old headers come again with whatever was cached ([devise_token_auth#541](https://github.com/lynndylanhurley/devise_token_auth/issues/541)).',
  right: 'The new one goes out with the next request; the others change nothing.',
  needs: ['rejection', 'renewed-by'],
  async run(stage) {
    const { server } = stage;
    const { request, tokens } = await startLongSession(stage, { renewedBy: HEADER });
    const first = await tokens();
    const { accessToken: brought } = await server.signIn('ada');
    const { accessToken: stale } = await server.signIn('ada');

    async function planned(mark: string, status: number, token: string): Promise<string> {
      const prefix = stage.path(mark);
      const body = status === 304 ? {} : { body: { ok: true } };
      await server.plan({ prefix, when: 'live-token', status, headers: { [HEADER]: token }, ...body });
      return prefix;
    }
    async function heldToken(what: string): Promise<string | undefined> {
      const outcome = await stage.outcomeOf(request(stage.path()));
      if (outcome.type !== 'answered' || outcome.answer.status !== 200) stage.fail(`${what}: not served`);
      return (await server.seen()).sends.at(-1)?.headers['authorization']?.replace(/^Bearer /i, '');
    }

    await stage.outcomeOf(request(await planned('new', 200, brought)));
    if ((await heldToken('a new one')) !== brought) stage.fail('a new one is not taken');
    await stage.outcomeOf(request(await planned('empty', 200, '')));
    if ((await heldToken('an empty one')) !== brought) stage.fail('an empty one is taken');
    await stage.outcomeOf(request(await planned('cached', 304, first?.accessToken ?? '')));
    if ((await heldToken('one from a cache')) !== brought) stage.fail('one from a cache is taken');
    await stage.expect({ refreshes: 0 });

    const path = await planned('slow', 200, stale);
    const gate = await stage.hold(path, 'before-answering');
    const slow = request(path);
    await gate.reached(1);
    await killToken(stage);
    const refreshed = await heldToken('a refresh meanwhile');
    await gate.open();
    await stage.outcomeOf(slow);
    if ((await heldToken('one that is older')) !== refreshed) stage.fail('one that is older is taken');
    await stage.expect({ refreshes: 1 });
  },
};
