import type { ConformanceCase } from '../case.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is answered with 429 and a Retry-After of 20 s: once in seconds, once as a date. Requests begin at once, after 10 s and after 21 s.',
  why: 'Retry-After says how long to wait before the next request (RFC 9110, section 10.2.3; RFC 6585, section 4), and clients that ignore it keep a throttled server throttled (LangAlpha#379).',
  right:
    'One refresh before the time is over; the requests until then are free with an error or their 401, and the first one after it refreshes and is served.',
  needs: ['retry-after'],
  async run(stage) {
    const { request } = await stage.start();
    for (const form of ['seconds', 'date'] as const) {
      await stage.expire();
      const { refreshes } = await stage.server.seen();
      const date = new Date(stage.time.now() + 20_000).toUTCString();
      const retryAfter = form === 'date' ? date : 20;
      await stage.server.failRefresh('throttle', { times: UNTIL_HEALED, retryAfter });
      const early = [await stage.outcomeOf(request(stage.path(`${form}=0`)))];
      await stage.time.pass(10_000);
      early.push(await stage.outcomeOf(request(stage.path(`${form}=10`))));
      await stage.expect({ outcomes: early, unserved: 2 });
      if ((await stage.server.seen()).refreshes > refreshes + 1)
        stage.fail(`refreshes before the time that Retry-After gives in the form of ${form}`);

      await stage.server.healRefresh();
      await stage.time.pass(11_000);
      await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path(`${form}=21`)))] });
    }
  },
};
