import type { ConformanceCase } from '../case.js';
import { quiet } from './support/quiet.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A request comes with a signal that was aborted before, once while the token is good and once when it is dead.',
  why: 'Such a fetch is over before it begins (WHATWG Fetch, section 5.6).',
  right: 'Its caller is free at once, and nothing is sent: no request, and no refresh either.',
  needs: ['abort-signal'],
  async run(stage) {
    const { request } = await stage.start();
    const signal = AbortSignal.abort();
    const outcomes = [await stage.outcomeOf(request(stage.path('gone'), { signal }))];
    await stage.expire();
    outcomes.push(await stage.outcomeOf(request(stage.path('gone'), { signal })));
    await quiet(stage);
    const { sends } = await stage.server.seen();
    if (sends.some(({ url }) => url === stage.path('gone'))) stage.fail('an aborted request was sent');
    await stage.expect({ outcomes, unserved: 2, refreshes: 0 });
  },
};
