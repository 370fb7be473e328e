import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The token expires, is refreshed, and expires again.',
  why: 'What a first refresh leaves behind, a flag that is still set or a promise that is still kept, shows at the second; and with rotation the second needs the refresh token that the first one brought (RFC 6749, section 6).',
  right: 'One refresh each time, and the request is served.',
  needs: [],
  async run(stage) {
    const { request } = await stage.start();
    for (const cycle of [1, 2]) {
      await stage.expire();
      const outcomes = [await stage.outcomeOf(request(stage.path(`cycle=${cycle}`)))];
      await stage.expect({ outcomes, refreshes: cycle });
    }
  },
};
