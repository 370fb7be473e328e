import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';
import { together } from './support/together.js';
import { atMost } from '../stage/expectations.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A page has sent 50 requests when the server begins to refuse their token, and the 50 rejections come together.',
  why: 'A library may join the later rejections to the refresh of the first, or lose them: [axios-auth-refresh#307](https://github.com/Flyrell/axios-auth-refresh/issues/307) retries the first request and fails the others.',
  right: 'One refresh, at most 100 sends, 50 served.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.revokeAccess();
    const outcomes = await together(stage, () => times(50, (index) => request(stage.path(`n=${index}`))));
    await stage.expect({ outcomes, refreshes: 1, sends: atMost(100) });
  },
};
