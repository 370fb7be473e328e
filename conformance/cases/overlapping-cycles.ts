import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The request that caused a refresh is sent again and answered slowly. Meanwhile the new token dies too, and five more requests are rejected.',
  why: 'Where the refresh counts as running until that request is answered, the second cycle waits for a slow reply that has nothing to do with it, or for ever.',
  right: 'Two refreshes; the five of the second cycle do not wait for the slow one, and all 11 are served.',
  needs: ['rejection', 'shared-refresh'],
  async run(stage) {
    const { request } = await stage.start();
    const slowly = await stage.hold(stage.path('slow'), 'before-answering');
    const replies = await stage.hold(stage.path('first='), 'before-answering');
    const refresh = await stage.hold('/auth/refresh');
    await stage.server.revokeAccess();
    const slow = request(stage.path('slow'));
    const first = times(5, (index) => request(stage.path(`first=${index}`)));
    await Promise.all([slowly.reached(1), replies.reached(5)]);
    await slowly.open(1);
    await refresh.reached(1);
    await replies.open();
    await refresh.open();
    const served = await stage.settle(first);
    await slowly.reached(2);

    await stage.server.revokeAccess();
    const second = await stage.settle(times(5, (index) => request(stage.path(`second=${index}`))));
    await slowly.open();
    const outcomes = [...served, ...second, await stage.outcomeOf(slow)];
    await stage.expect({ outcomes, refreshes: 2 });
  },
};
