import type { ConformanceCase } from '../case.js';
import { refused } from './support/refused.js';

const BASIC = 'Basic YWRhOnNlY3JldA==';

export const conformanceCase: ConformanceCase = {
  checks:
    'Somebody is signed in, and sends a request with `Authorization: Basic …` of their own: once it is taken, once it is answered with 401.',
  why: 'Those credentials are the caller’s, for something that asks for them: replaced by the session’s token they are lost without a word, and a 401 to them says nothing of the session.',
  right: 'Both arrive as they were sent, once each. The 401 is the caller’s, and nothing is refreshed.',
  needs: ['rejection', ['attach', 'own-scheme'], 'http'],
  async run(stage) {
    const { request } = await stage.start();
    const [taken, rejected] = [stage.path('taken'), stage.path('rejected')];
    await stage.server.plan({ prefix: taken, when: 'always', status: 200, body: { ok: true } });
    await stage.server.plan(refused(rejected));
    const headers = { Authorization: BASIC };
    const outcomes = [await stage.outcomeOf(request(taken, { headers }))];
    const { sends } = await stage.server.seen();
    if (sends.some((send) => send.headers['authorization'] !== BASIC))
      stage.fail('goes out with another Authorization');
    await stage.expect({ outcomes, sends: 1 });
    const refusal = await stage.outcomeOf(request(rejected, { headers }));
    await stage.expect({ outcomes: [refusal], unserved: 1, refreshes: 0, sends: 2 });
  },
};
