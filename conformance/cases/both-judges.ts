import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A request is out when its token expires. The next request finds that out by the clock; the refresh it causes is running when the first one comes back rejected.',
  why: 'Two judges with a refresh each spend the same refresh token twice (saleor-dashboard#6795; RFC 9700, section 4.14.2).',
  right: 'One refresh for both, and both are served.',
  needs: ['expiry', 'rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const arrival = await stage.hold(stage.path('out'));
    const reply = await stage.hold(stage.path('out'), 'before-answering');
    const refresh = await stage.hold('/auth/refresh');
    const rejected = request(stage.path('out'));
    await arrival.reached(1);
    await stage.expire();
    const expired = request(stage.path('next'));
    await refresh.reached(1);
    await arrival.open();
    await reply.reached(1);
    await reply.open();
    await refresh.open();
    await stage.expect({ outcomes: await stage.settle([rejected, expired]), refreshes: 1 });
  },
};
