import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A page starts 50 requests at once, and the clock says that the token is dead.',
  why: 'Each request that refreshes for itself spends the one refresh token there is (RFC 9700, section 4.14.2).',
  right: 'One refresh, 50 sends, 50 served.',
  needs: ['expiry'],
  async run(stage) {
    const { request } = await stage.start();
    await stage.expire();
    const outcomes = await stage.settle(times(50, () => request(stage.path())));
    await stage.expect({ outcomes, refreshes: 1, sends: 50 });
  },
};
