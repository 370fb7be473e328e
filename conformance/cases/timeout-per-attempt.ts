import { setTimeout } from 'node:timers/promises';
import type { ConformanceCase } from '../case.js';

/** Long enough that an attempt on loopback never takes it, however busy the machine. */
const TIMEOUT_MS = 1_500;

export const conformanceCase: ConformanceCase = {
  checks:
    'A request with a timeout is held by a refresh that takes longer than that. Another one gets no answer.',
  why: 'A timeout says how long an answer may take. A request that was not even sent has not been slow, and one that fails for it can never get past a slow refresh.',
  right: 'The first is served after the refresh. The second fails when its time is over, as always.',
  needs: ['timeout'],
  async run(stage) {
    const { request } = await stage.start();
    const refresh = await stage.hold('/auth/refresh');
    await stage.hold(stage.path('never'));
    await stage.expire();
    const held = request(stage.path(), { timeoutMs: TIMEOUT_MS });
    await refresh.reached(1);
    // A timer that is set later, for as long, fires later: that of the request, if it runs, has.
    await setTimeout(TIMEOUT_MS);
    await refresh.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(held)], refreshes: 1 });
    const { type } = await stage.outcomeOf(request(stage.path('never'), { timeoutMs: 100 }));
    if (type !== 'rejected') stage.fail('a request that gets no answer does not time out');
  },
};
