import type { ConformanceCase } from '../case.js';
import { quiet } from './support/quiet.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A request was rejected, and its caller aborts it while the refresh that it caused is under way.',
  why: 'An aborted fetch sends nothing any more (WHATWG Fetch, section 5.6). A replay that forgets the signal does, perhaps twice as much as the user wanted.',
  right:
    'It is not sent again. Another request that was rejected with it is, and everybody is served who stayed.',
  needs: ['rejection', 'signal', 'shared-refresh'],
  async run(stage) {
    const { request } = await stage.start();
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    await stage.server.revokeAccess();
    const leaving = new AbortController();
    const gone = request(stage.path('gone'), { signal: leaving.signal });
    await refresh.reached(1);
    const stays = request(stage.path('stays'));
    await quiet(stage);
    leaving.abort();
    await refresh.open();
    const outcomes = [await stage.outcomeOf(stays)];
    const aborted = await stage.outcomeOf(gone);
    // When this has come back, whatever was still to be sent has been sent.
    outcomes.push(await stage.outcomeOf(request(stage.path('later'))));
    const { sends } = await stage.server.seen();
    if (sends.filter(({ url }) => url === stage.path('gone')).length > 1)
      stage.fail('sent again after it was aborted');
    await stage.expect({ outcomes: [aborted], unserved: 1 });
    await stage.expect({ outcomes, refreshes: 1 });
  },
};
