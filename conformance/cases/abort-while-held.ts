import type { ConformanceCase } from '../contract.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A request is held by a slow refresh, and its caller aborts it.',
  why: 'Somebody who leaves a page must not wait for its requests. An abort settles a fetch at once (WHATWG Fetch, section 5.6), and a library around it has no reason to be slower.',
  right:
    'It is free while the refresh still runs, with an abort and nothing else; another held request is served.',
  needs: ['rejection', 'signal'],
  async run(stage) {
    const { request } = await stage.start();
    const refresh = await stage.hold('/auth/refresh');
    await stage.server.revokeAccess();
    const leaving = new AbortController();
    const gone = request(stage.path(), { signal: leaving.signal });
    const stays = request(stage.path());
    await refresh.reached(1);
    leaving.abort();
    const outcome = await stage.outcomeOf(gone);
    if (outcome.type === 'hung') stage.fail('free only when the refresh ends');
    if (outcome.type === 'answered')
      stage.fail(`answered with ${outcome.answer.status} after it was aborted`);
    await refresh.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(stays)], refreshes: 1 });
  },
};
