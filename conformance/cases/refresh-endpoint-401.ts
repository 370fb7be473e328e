import type { ConformanceCase } from '../case.js';
import { expectNoLoop, LOOP } from './support/no-loop.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is made with the guarded client itself, as many apps have it. It works once; the next time five requests wait for it, and it is answered with 401.',
  why: 'Its own request is held until it has been answered, or its own 401 brings the next refresh: [axios#3327](https://github.com/axios/axios/issues/3327) goes round for ever, [dio#1612](https://github.com/cfug/dio/issues/1612) stands still.',
  right:
    'Served the first time. The second time all five are free with an error or their 401, and there are no more refreshes than callers.',
  needs: ['refresh-through-client'],
  limits: { sends: LOOP },
  async run(stage) {
    const { request } = await stage.start({ refreshThroughClient: true });
    await stage.expire();
    await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path('good')))], refreshes: 1 });

    const error = { error: 'invalid_grant' };
    await stage.server.plan({ prefix: '/auth/refresh', when: 'always', status: 401, body: error });
    await stage.expire();
    const outcomes = await together(stage, () => times(5, (index) => request(stage.path(`n=${index}`))));
    await expectNoLoop(stage, { refreshes: 1 + 5, sends: 2 + 10 });
    await stage.expect({ outcomes, unserved: 5 });
  },
};
