import type { ConformanceCase } from '../case.js';
import { comesTrue } from './support/comes-true.js';
import { quiet } from './support/quiet.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Everybody who waits for a refresh aborts before its answer comes.',
  why: 'The server has rotated by then: new tokens that are thrown away, since nobody waits for them, are the only ones that still serve (RFC 9700, section 4.14.2).',
  right:
    'The new tokens are stored all the same. The aborted requests are not sent again, and the next one is served without another refresh.',
  needs: ['signal', 'shared-refresh'],
  async run(stage) {
    const { request, tokens } = await stage.start();
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    await stage.expire();
    const before = (await tokens())?.accessToken;
    const leaving = new AbortController();
    const gone = times(3, () => request(stage.path('gone'), { signal: leaving.signal }));
    await refresh.reached(1);
    await quiet(stage);
    leaving.abort();
    await refresh.open();
    const isStored = await comesTrue(stage, async () => {
      const now = (await tokens())?.accessToken;
      return Boolean(now) && now !== before;
    });
    if (!isStored) stage.fail('the new tokens were not stored');
    const outcomes = await stage.settle(gone);
    const later = await stage.outcomeOf(request(stage.path('later')));
    await stage.expect({ outcomes, unserved: 3 });
    await stage.expect({ outcomes: [later], refreshes: 1 });
  },
};
