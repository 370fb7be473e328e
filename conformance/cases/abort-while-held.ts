import type { ConformanceCase } from '../case.js';
import { takenIn } from './support/taken-in.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A request is held by a slow refresh, and its caller aborts it.',
  why: 'Somebody who leaves a page must not wait for its requests. An abort settles a fetch at once (WHATWG Fetch, section 5.6), and a library around it has no reason to be slower.',
  right:
    'It is free while the refresh still runs, with an abort and nothing else; another held request is served.',
  needs: ['rejection', 'signal'],
  async run(stage) {
    // A deadline of the refresh must not be what sets the caller free.
    const { request } = await stage.start({ refreshTimeoutMs: 60_000 });
    const refresh = await stage.hold('/auth/refresh');
    const first = await stage.hold(stage.path('stays'));
    const second = await stage.hold(stage.path('gone'));
    await stage.server.revokeAccess();
    const leaving = new AbortController();
    const stays = request(stage.path('stays'));
    const gone = request(stage.path('gone'), { signal: leaving.signal });
    await first.reached(1);
    await second.reached(1);
    await first.open();
    await refresh.reached(1);
    await second.open();
    await takenIn(stage);
    leaving.abort();
    const outcome = await stage.outcomeOf(gone);
    if (outcome.type === 'hung') stage.fail('free only when the refresh ends');
    if (outcome.type === 'answered')
      stage.fail(`answered with ${outcome.answer.status}, neither held nor aborted`);
    await refresh.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(stays)], refreshes: 1 });
  },
};
