import type { ConformanceCase } from '../case.js';

const FORBIDDEN = {
  data: null,
  errors: [{ message: 'not yours', extensions: { code: 'FORBIDDEN' } }],
};

export const conformanceCase: ConformanceCase = {
  checks: 'A GraphQL server answers HTTP 200 with an error UNAUTHENTICATED, and later with FORBIDDEN.',
  why: 'GraphQL over HTTP answers 200 where the request could be read (GraphQL over HTTP, status codes of application/json), and Apollo Server says by `extensions.code` that the token is dead.',
  right: 'One refresh, and the replay is served by a good token; FORBIDDEN refreshes nothing.',
  needs: ['rejection', ['codes', 'graphql']],
  async run(stage) {
    const { request } = await stage.start({ judge: { by: 'graphql' } });
    await stage.server.revokeAccess();
    const outcome = await stage.outcomeOf(request('/graphql'));
    await stage.expect({ outcomes: [outcome], refreshes: 1, sends: 2 });
    if ((await stage.server.seen()).served !== 1) stage.fail('not sent again with a good token');
    await stage.server.plan({
      prefix: '/graphql?forbidden',
      when: 'live-token',
      status: 200,
      body: FORBIDDEN,
    });
    // Some clients make a rejection of it: only the refresh is judged.
    const forbidden = await stage.outcomeOf(request('/graphql?forbidden'));
    if (forbidden.type === 'hung') stage.fail('FORBIDDEN: the caller hangs');
    await stage.expect({ refreshes: 1, sends: 3 });
  },
};
