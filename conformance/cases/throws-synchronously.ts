import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh that the user wrote throws before it returns a promise, a TypeError over missing tokens say. Ten requests wait for it.',
  why: 'A `catch()` on what it returns never sees that error, and the flag that says “refreshing” stays set for ever.',
  right: 'All ten are free with an error or their 401, and so is a request that begins later.',
  needs: ['refresh-function'],
  async run(stage) {
    const { request } = await stage.start({
      refresh: () => () => {
        throw new TypeError('the refresh is broken');
      },
    });
    await stage.expire();
    const outcomes = await stage.settle(times(10, (index) => request(stage.path(`n=${index}`))));
    outcomes.push(await stage.outcomeOf(request(stage.path('later'))));
    await stage.expect({ outcomes, unserved: 11 });
  },
};
