import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Four clients share one session, and each has ten requests when the token is dead.',
  why: 'An app has a client for each of its services and one refresh token, which serves once: [axios-auth-refresh#210](https://github.com/Flyrell/axios-auth-refresh/issues/210) refreshes once per client.',
  right: 'One refresh for all of them, and all 40 requests are served.',
  needs: ['several-clients'],
  async run(stage) {
    const { request, another } = await stage.start();
    const clients = [request, ...times(3, () => another?.() ?? stage.fail('has no second client'))];
    await stage.expire();
    const outcomes = await together(stage, () =>
      clients.flatMap((each, client) => times(10, (index) => each(stage.path(`n=${client}.${index}`)))),
    );
    await stage.expect({ outcomes, refreshes: 1 });
  },
};
