import type { ConformanceCase } from '../case.js';
import { expectAsItIs } from './support/judged-by-code.js';
import { killToken, startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

const DEAD = 7;

/** Bodies without the code where it is looked for. */
const PASSING: readonly unknown[] = [
  { code: DEAD },
  { error: null, code: DEAD },
  { error: { code: 8 } },
  { error: 'code' },
  [{ error: { code: DEAD } }],
  { error: { details: { code: DEAD } } },
];

export const conformanceCase: ConformanceCase = {
  checks: 'The code for a dead token lies deeper in the body of HTTP 200, at `error.code`.',
  why: 'Envelopes differ, and bodies come without an `error` as a rule: looking into one that is not there must neither throw nor find anything.',
  right:
    'The code there brings a refresh and a replay; the same code elsewhere, and bodies of another shape, are the caller’s.',
  needs: ['rejection', 'codes', 'http'],
  async run(stage) {
    const { request } = await startLongSession(stage, {
      judge: { by: 'code', field: 'error.code', refresh: [DEAD], signOut: [] },
    });
    const path = stage.path('nested');
    const body = { data: null, error: { code: DEAD, message: 'dead' } };
    await stage.server.plan({ prefix: path, when: 'dead-token', status: 200, body });
    let answer: unknown;
    await sentTwice(stage, 'the code at its place', async () => {
      const reply = await request(path);
      answer = reply.body;
      return reply;
    });
    await stage.expect({ refreshes: 1 });
    if (JSON.stringify(answer) === JSON.stringify(body)) stage.fail('the caller gets the error');
    await killToken(stage);
    for (const [index, passing] of PASSING.entries()) {
      const prefix = stage.path(`passing=${index}`);
      await stage.server.plan({ prefix, when: 'always', status: 200, body: passing });
      await expectAsItIs(stage, JSON.stringify(passing), () => request(prefix), passing);
    }
  },
};
