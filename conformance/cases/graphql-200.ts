import type { ConformanceCase } from '../contract.js';
import { times } from './support/times.js';

const FORBIDDEN = {
  data: null,
  errors: [{ message: 'not yours', extensions: { code: 'FORBIDDEN' } }],
};

export const conformanceCase: ConformanceCase = {
  checks:
    'A GraphQL server answers HTTP 200 with an error UNAUTHENTICATED to five requests at once, and with FORBIDDEN to another.',
  why: 'GraphQL over HTTP answers 200 where the request could be read (GraphQL over HTTP, status codes of application/json), and Apollo Server says by `extensions.code` that the token is dead.',
  right: 'One refresh, and five served by good tokens; FORBIDDEN refreshes nothing.',
  needs: ['rejection', ['codes', 'graphql']],
  async run(stage) {
    const { request } = await stage.start({ judge: { by: 'graphql' } });
    await stage.server.revokeAccess();
    // What the others are served with is theirs to see: some clients turn a reply with errors into a rejection.
    const outcomes = await stage.settle(times(5, () => request('/graphql')));
    await stage.expect({ outcomes, refreshes: 1, sends: { atMost: 10 } });
    const { served, sends } = await stage.server.seen();
    if (served !== 5) stage.fail(`${served} of 5 sent again with a good token`);
    await stage.server.plan({
      prefix: '/graphql?forbidden', when: 'live-token', status: 200, body: FORBIDDEN,
    }); // prettier-ignore
    const forbidden = await stage.outcomeOf(request('/graphql?forbidden'));
    if (forbidden.type === 'hung') stage.fail('FORBIDDEN: the caller hangs');
    await stage.expect({ refreshes: 1, sends: sends.length + 1 });
  },
};
