import type { ConformanceCase } from '../case.js';
import type { Answer } from '../contract.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The token is good for 15 s more, the library refreshes ahead of time, and that refresh fails with 500.',
  why: 'Nobody needed that refresh yet. Its failure is not the failure of requests whose token is good, and a rejection that nobody waits for must not end the process (Node ends it at an unhandled one).',
  right:
    'The requests are served before and after the failure, nothing is left unhandled, and the app is not told that the session is over.',
  needs: ['refresh-ahead'],
  async run(stage) {
    const player = await stage.start({ refreshAheadMs: 20_000, leewayMs: 5_000 });
    const burst = (mark: string): Promise<Answer>[] =>
      times(10, (index) => player.request(stage.path(`${mark}=${index}`)));
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    await stage.server.failRefresh('error', { times: UNTIL_HEALED });
    await stage.time.pass(45_000);
    const outcomes = await stage.settle(burst('before'));
    await refresh.reached(1);
    await refresh.open();
    outcomes.push(...(await stage.settle(burst('after'))));
    await stage.expect({ outcomes });
    if (player.endings() > 0) stage.fail('the app is told that the session is over');
    if (stage.unhandled().length > 0) stage.fail('leaves an unhandled rejection');
  },
};
