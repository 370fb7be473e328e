import type { ConformanceCase } from '../case.js';
import { inTurn } from './support/in-turn.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The session ends, and a client above the library retries its request three times, as TanStack Query and others do. The library is told to reject what needs somebody who is signed in, if it can be told.',
  why: 'Sent without tokens, each retry is another 401 for the log, and on a server that answers 200 to everything a success with nothing in it.',
  right: 'Each try rejects, and none is sent.',
  needs: ['rejection', 'reject-signed-out'],
  async run(stage) {
    const { request } = await stage.start({ whenSignedOut: 'reject' });
    await stage.server.revokeSessions();
    const path = stage.path();
    const first = await stage.outcomeOf(request(path));
    await stage.expect({ outcomes: [first], unserved: 1 });
    const { sends } = await stage.server.seen();
    const retries = await inTurn(3, () => stage.outcomeOf(request(path)));
    if (retries.some(({ type }) => type !== 'rejected')) stage.fail('a retry does not reject');
    await stage.expect({ sends: sends.length });
  },
};
