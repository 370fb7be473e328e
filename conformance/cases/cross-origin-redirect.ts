import type { ConformanceCase } from '../case.js';
import { carriesAny } from './support/leaks.js';
import { ensureReachable, withLoopbackNames } from './support/loopback-names.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The API redirects to another port, and to another name of the same machine; what is there answers 401.',
  why: 'A redirect may lead to a file store, or to whoever found an open redirect. Clients take `Authorization` off on the way (WHATWG Fetch, HTTP-redirect fetch); a library that answers the 401 by sending again, or puts the token on itself, brings it there all the same.',
  right: 'No token arrives at another origin, neither with the redirect nor with a replay.',
  needs: ['http'],
  run: (stage) =>
    withLoopbackNames(async () => {
      const { server } = stage;
      const { request } = await stage.start();
      const { port } = new URL(server.url);
      await ensureReachable('localhost', port);
      const otherPort = `${await server.openElsewhere(401)}/landing`;
      const otherName = `http://localhost:${port}/api/echo?landing`;
      for (const [mark, location] of [
        ['port', otherPort],
        ['name', otherName],
      ] as const) {
        const prefix = stage.path(`to=${mark}`);
        await server.plan({ prefix, when: 'always', status: 302, headers: { location } });
        await stage.outcomeOf(request(prefix));
        const tokens = await server.tokensIssued();
        const { sends } = await server.seen();
        const landed = mark === 'port' ? await server.seenElsewhere() : sends.filter(isLanding);
        if (landed.some((arrival) => carriesAny(arrival, tokens)))
          stage.fail(`the token follows a redirect to another ${mark}`);
      }
    }),
};

function isLanding({ url }: { readonly url: string }): boolean {
  return url.endsWith('?landing');
}
