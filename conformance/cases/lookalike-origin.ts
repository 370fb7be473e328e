import type { ConformanceCase } from '../case.js';
import type { Arrival } from '../server/arrivals.js';
import { carriesAny } from './support/leaks.js';
import { ensureReachable, withLoopbackNames } from './support/loopback-names.js';

type Lookalike = { readonly what: string; readonly make: (home: URL, elsewhere: URL) => string };

/**
 * Each is another host than that of `home`, and looks like it to whoever compares texts. That the same host on another
 * port is another origin (RFC 6454, section 4) is not asked for: some libraries compare hosts, and say so.
 */
const LOOKALIKES: readonly Lookalike[] = [
  {
    what: 'the host as a subdomain',
    make: (home, { port }) => `http://${home.hostname}.evil.test:${port}/x`,
  },
  {
    what: 'the host at the end of a name',
    make: (home, { port }) => `http://evil-${home.hostname}.test:${port}/`,
  },
  { what: 'the origin as user-info', make: (home, { port }) => `${home.origin}@evil.test:${port}/x` },
  { what: 'the host as a user', make: (home, { port }) => `http://${home.hostname}@evil.test:${port}/x` },
  {
    what: 'the origin behind a backslash',
    make: (home, { port }) => `http://evil.test:${port}\\@${home.host}/x`,
  },
  { what: 'the origin in a path', make: (home, { port }) => `http://evil.test:${port}/${home.origin}/x` },
  { what: 'the origin in a query', make: (home, { port }) => `http://evil.test:${port}/?to=${home.origin}/` },
  { what: 'the origin in a fragment', make: (home, { port }) => `http://evil.test:${port}#${home.origin}/` },
  { what: 'upper case', make: (_, { port }) => `HTTP://EVIL.TEST:${port}/x` },
  { what: 'a blank before the scheme', make: (_, { port }) => ` http://evil.test:${port}/x` },
  { what: 'another name of the machine', make: ({ port }) => `http://localhost:${port}/api/echo?lookalike` },
];

export const conformanceCase: ConformanceCase = {
  checks:
    'Absolute URLs look like the API and are not: its host as a subdomain, as user-info, in a path, in upper case.',
  why: 'An origin is scheme, host and port (RFC 6454, section 4). Whoever compares texts instead, by `includes` or by a pattern for `http`, takes one of these for home.',
  right: 'No token arrives at any of them; whether the request goes there at all is the client’s affair.',
  needs: ['origins', 'http'],
  run: (stage) =>
    withLoopbackNames(async () => {
      const { server } = stage;
      const { request } = await stage.start();
      const home = new URL(server.url);
      const elsewhere = new URL(await server.openElsewhere());
      await ensureReachable('evil.test', elsewhere.port);
      const isAway = ({ headers }: Arrival): boolean => headers['host'] !== home.host;
      for (const { what, make } of LOOKALIKES) {
        await stage.outcomeOf(request(make(home, elsewhere)));
        const arrivals = [...(await server.seen()).sends.filter(isAway), ...(await server.seenElsewhere())];
        const tokens = await server.tokensIssued();
        if (arrivals.some((arrival) => carriesAny(arrival, tokens))) stage.fail(`the token goes to ${what}`);
      }
      await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path()))] });
    }),
};
