import type { ConformanceCase } from '../case.js';
import { killToken, startLongSession } from './support/long-session.js';

type Row = {
  readonly what: string;
  readonly header?: string;
  /** Whether new tokens would help. */
  readonly refreshes: boolean;
};

const ROWS: readonly Row[] = [
  { what: 'invalid_token', header: 'Bearer realm="api", error="invalid_token"', refreshes: true },
  {
    what: 'insufficient_scope',
    header: 'Bearer error="insufficient_scope", scope="admin"',
    refreshes: false,
  },
  { what: 'another case, without quotes', header: 'bearer Error=insufficient_scope', refreshes: false },
  {
    what: 'the second of several challenges',
    header: 'Basic realm="a, Bearer b", Bearer realm="x", error="insufficient_scope"',
    refreshes: false,
  },
  {
    what: 'a quoted comma',
    header: 'Bearer realm="one, error=\\"insufficient_scope\\", two", error="invalid_token"',
    refreshes: true,
  },
  {
    what: 'a parameter of another scheme',
    header: 'Bearer error="invalid_token", Newauth error="insufficient_scope"',
    refreshes: true,
  },
  { what: 'no header', refreshes: true },
  { what: 'an unreadable header', header: '=,,"Bearer error="', refreshes: true },
];

export const conformanceCase: ConformanceCase = {
  checks:
    '401 replies have a WWW-Authenticate of every shape: several challenges, quoted commas, none, and garbage.',
  why: 'It is a list of challenges whose parameters are a list as well (RFC 9110, section 11.6.1), and `insufficient_scope` in the Bearer one says that no newer token would help (RFC 6750, section 3.1).',
  right:
    '`insufficient_scope` of the Bearer challenge is the caller’s after one send; everything else brings one refresh and one replay.',
  needs: ['rejection', 'challenge'],
  async run(stage) {
    const { request } = await startLongSession(stage, { judge: { by: 'challenge' } });
    for (const [index, { what, header, refreshes }] of ROWS.entries()) {
      const path = stage.path(`challenge=${index}`);
      await stage.server.plan({
        prefix: path,
        when: 'dead-token',
        status: 401,
        body: { error: 'said in a header' },
        ...(header !== undefined && { headers: { 'www-authenticate': header } }),
      });
      await killToken(stage);
      const before = await stage.server.seen();
      const outcome = await stage.outcomeOf(request(path));
      const after = await stage.server.seen();
      if (outcome.type === 'hung') stage.fail(`${what}: the caller hangs`);
      const refreshed = after.refreshes - before.refreshes;
      if (refreshes && refreshed !== 1) stage.fail(`${what}: not refreshed once`);
      if (!refreshes && refreshed > 0) stage.fail(`${what}: refreshed`);
      if (after.sends.length - before.sends.length !== (refreshes ? 2 : 1))
        stage.fail(`${what}: ${refreshes ? 'not sent again once' : 'sent again'}`);
      const status = outcome.type === 'answered' ? outcome.answer.status : 0;
      if (status !== (refreshes ? 200 : 401))
        stage.fail(`${what}: ${refreshes ? 'not served' : 'the caller does not get the 401'}`);
    }
  },
};
