import type { ConformanceCase } from '../case.js';
import type { Arrival } from '../server/arrivals.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The token goes into the query, beside an app key of the caller’s, and the request is rejected and sent again.',
  why: 'A replay that appends to the URL of the first send has two tokens, which servers refuse: a client sends one, by one method (RFC 6750, section 2).',
  right: 'Both sends have one token, the replay the new one, and the caller’s parameters as they were.',
  needs: ['rejection', 'query', 'http'],
  async run(stage) {
    const { request, axios, tokens } = await startLongSession(stage, { attach: 'query' });

    async function judge(what: string, call: () => Promise<{ readonly status: number }>): Promise<void> {
      const { rejected, replay } = await sentTwice(stage, what, call);
      for (const send of [rejected, replay]) {
        const given = parametersOf(send);
        if (given.getAll('token').length !== 1) stage.fail(`${what}: not one token in the query`);
        if (given.getAll('appkey').join() !== 'a b') stage.fail(`${what}: not the app key of the caller`);
        if (send.headers['authorization'] !== undefined) stage.fail(`${what}: the token in a header, too`);
      }
      if (parametersOf(replay).get('token') !== (await tokens())?.accessToken)
        stage.fail(`${what}: not sent again with the new token`);
    }

    await judge('a path', () => request(stage.path('appkey=a%20b')));
    if (axios) await judge('params', () => axios.get(stage.path(), { params: { appkey: 'a b' } }));
  },
};

function parametersOf({ url }: Arrival): URLSearchParams {
  return new URL(url, 'http://127.0.0.1').searchParams;
}
