import type { ConformanceCase } from '../case.js';
import { BY_ERRCODE, DEAD_CODES, expectAsItIs } from './support/judged-by-code.js';
import { killToken, startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

const PASSING = [0, '0', 50_000, '48001', null] as const;

export const conformanceCase: ConformanceCase = {
  checks:
    'The server answers HTTP 200 to everything, and says in `errcode` what it means: as a number, or as a string.',
  why: 'Many APIs have no other way of saying it, and some change between 42001 and "42001". Whoever looks at the status alone hands the error to the page.',
  right:
    'The four codes for a dead token bring a refresh and a replay each; every other code, 0 among them, is the caller’s own affair.',
  needs: ['rejection', 'codes', 'http'],
  async run(stage) {
    const { request } = await startLongSession(stage, { judge: BY_ERRCODE });
    for (const errcode of DEAD_CODES.flatMap((code) => [code, String(code)])) {
      const what = `errcode ${JSON.stringify(errcode)}`;
      const path = stage.path(`code=${typeof errcode}-${errcode}`);
      const body = { errcode, errmsg: 'dead', data: null };
      await stage.server.plan({ prefix: path, when: 'dead-token', status: 200, body });
      const before = await stage.server.seen();
      let answer: unknown;
      await sentTwice(stage, what, async () => {
        const reply = await request(path);
        answer = reply.body;
        return reply;
      });
      const { refreshes } = await stage.server.seen();
      if (refreshes !== before.refreshes + 1) stage.fail(`${what}: not one refresh`);
      if (isError(answer)) stage.fail(`${what}: the caller gets the error`);
    }
    for (const errcode of PASSING) {
      const path = stage.path(`passing=${typeof errcode}-${errcode}`);
      const body = { errcode, errmsg: 'said so', data: [1] };
      await stage.server.plan({ prefix: path, when: 'always', status: 200, body });
      await killToken(stage);
      await expectAsItIs(stage, `errcode ${JSON.stringify(errcode)}`, () => request(path), body);
    }
  },
};

function isError(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'errcode' in body;
}
