import type { ConformanceCase } from '../case.js';
import { comesTrue } from './support/comes-true.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The token is good for 15 s more, and the library is told to refresh 20 s ahead. A page starts 20 requests.',
  why: 'A refresh ahead of time is there so that nobody has to wait. A library that holds requests meanwhile has only moved the wait.',
  right:
    'The 20 are served while the refresh still runs; it is one refresh, and the next request goes out as ever.',
  needs: ['refresh-ahead'],
  async run(stage) {
    const player = await stage.start({ refreshAheadMs: 20_000, leewayMs: 5_000 });
    const before = (await player.tokens())?.accessToken;
    const refresh = await stage.hold('/auth/refresh');
    await stage.time.pass(45_000);
    const outcomes = await stage.settle(times(20, (index) => player.request(stage.path(`n=${index}`))));
    await stage.expect({ outcomes });
    await refresh.reached(1);
    await refresh.open();
    const arrived = async (): Promise<boolean> => (await player.tokens())?.accessToken !== before;
    if (!(await comesTrue(stage, arrived))) stage.fail('the new tokens are not taken');
    const last = await stage.outcomeOf(player.request(stage.path('last')));
    await stage.expect({ outcomes: [last], refreshes: 1, sends: 21 });
  },
};
