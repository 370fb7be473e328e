import type { ConformanceCase } from '../case.js';
import { quiet } from './support/quiet.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The request that caused a refresh is aborted while it runs; five others wait for it.',
  why: 'The refresh belongs to all who wait. Tied to the signal of the first, it fails the others for an abort that they know nothing of.',
  right: 'The refresh goes on, and the others are served by it.',
  needs: ['signal', 'shared-refresh'],
  async run(stage) {
    const { request } = await stage.start();
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    await stage.expire();
    const leaving = new AbortController();
    const first = request(stage.path('first'), { signal: leaving.signal });
    await refresh.reached(1);
    const others = times(5, () => request(stage.path()));
    await quiet(stage);
    leaving.abort();
    await refresh.open();
    const outcomes = await stage.settle(others);
    if ((await stage.outcomeOf(first)).type === 'hung') stage.fail('the aborted caller hangs');
    await stage.expect({ outcomes, refreshes: 1 });
  },
};
