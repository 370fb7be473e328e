import type { ConformanceCase } from '../case.js';
import { carriesAny } from './support/leaks.js';
import { ensureReachable, withLoopbackNames } from './support/loopback-names.js';

const HOST = 'files.example.test';

export const conformanceCase: ConformanceCase = {
  checks: 'The token goes in a header of the app’s own, and the API redirects to another host.',
  why: 'Clients take `Authorization` off on the way to another origin (WHATWG Fetch, HTTP-redirect fetch) and know nothing of other headers: an open redirect gives the token away.',
  right: 'The token arrives at the API and not at the other host.',
  needs: ['attach-header', 'http'],
  run: (stage) =>
    withLoopbackNames(async () => {
      const { server } = stage;
      const { request } = await stage.start({ attach: 'header' });
      const { port } = new URL(await server.openElsewhere());
      await ensureReachable(HOST, port);
      const path = stage.path('moved');
      const headers = { location: `http://${HOST}:${port}/landing` };
      await server.plan({ prefix: path, when: 'always', status: 302, headers });
      const outcome = await stage.outcomeOf(request(path));
      if (outcome.type === 'hung') stage.fail('the caller hangs');
      const tokens = await server.tokensIssued();
      const [first] = (await server.seen()).sends;
      if (!tokens.includes(first?.headers['x-token'] ?? ''))
        stage.fail('the API does not get the token in it');
      if ((await server.seenElsewhere()).some((arrival) => carriesAny(arrival, tokens)))
        stage.fail('the token follows a redirect to another host');
    }),
};
