import type { ConformanceCase } from '../case.js';
import { carriesAny } from './support/leaks.js';
import { ensureReachable, withLoopbackNames } from './support/loopback-names.js';

const HOST = 'files.example.test';

export const conformanceCase: ConformanceCase = {
  checks:
    'A request goes to an absolute URL of another host, which answers 401: once while the token is good, and once when it is dead.',
  why: 'Apps send everything through one client, links to a file store or a map service too, and a token that is added to all of it is given away (jhipster#6359). A 401 from elsewhere says nothing of the session.',
  right:
    'No token arrives there, nothing is refreshed for it, and the next request to the API is served after one refresh.',
  needs: ['attach', 'http'],
  run: (stage) =>
    withLoopbackNames(async () => {
      const { server } = stage;
      const { request } = await stage.start();
      const { port } = new URL(await server.openElsewhere(401));
      // Another host, which nobody takes for the API's; some libraries compare hosts and leave the port out.
      await ensureReachable(HOST, port);

      async function goThere(what: string): Promise<void> {
        const outcome = await stage.outcomeOf(request(`http://${HOST}:${port}/v1/file?name=x`));
        const tokens = await server.tokensIssued();
        if ((await server.seenElsewhere()).some((arrival) => carriesAny(arrival, tokens)))
          stage.fail(`${what} goes to another origin`);
        if ((await server.seen()).refreshes > 0) stage.fail(`${what}: refreshed for another origin`);
        if (outcome.type === 'hung') stage.fail(`${what}: the caller of another origin hangs`);
      }

      await goThere('a good token');
      await stage.expire();
      await goThere('a dead token');
      await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path()))], refreshes: 1 });
    }),
};
