import type { ConformanceCase } from '../case.js';
import { refused } from './support/refused.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'An endpoint refuses every token, and the library may refresh twice within 30 s. It is asked three times at once after the other, and once more 31 s later.',
  why: 'Refreshes that do not help are a load that only ends when somebody closes the page; and what stops them for good would keep an app signed in and useless after the server has been mended.',
  right:
    'Two refreshes; the third caller is free without another one, and so is an ordinary request. After the window one more is made.',
  needs: ['rejection', 'fruitless-refreshes'],
  async run(stage) {
    const { request } = await stage.start({ fruitlessRefreshes: { limit: 2, windowMs: 30_000 } });
    await stage.server.plan(refused(stage.path('never=')));
    const never = [];
    for (const index of [1, 2, 3]) {
      never.push(await stage.outcomeOf(request(stage.path(`never=${index}`))));
    }
    await stage.expect({ outcomes: never, unserved: 3, refreshes: 2 });
    await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path('other')))], refreshes: 2 });

    await stage.time.pass(31_000);
    const later = await stage.outcomeOf(request(stage.path('never=4')));
    await stage.expect({ outcomes: [later], unserved: 1, refreshes: 3 });
  },
};
