import type { ConformanceCase } from '../case.js';
import type { RemoteServer } from '../server/remote.js';
import { printed, printedError } from './support/printed.js';
import { times } from './support/times.js';

/** Retries included. */
const ALL = { times: 100 };

type Mishap = { readonly what: string; readonly cause: (server: RemoteServer) => Promise<unknown> };

const MISHAPS: readonly Mishap[] = [
  { what: 'a refresh that goes well', cause: async () => {} },
  { what: 'a refused refresh', cause: (server) => server.revokeSessions() },
  {
    what: 'a refresh that the server cannot serve',
    cause: (server) => server.failRefresh('unavailable', ALL),
  },
  { what: 'a refresh that is throttled', cause: (server) => server.failRefresh('throttle', ALL) },
  { what: 'a refresh whose answer is lost', cause: (server) => server.failRefresh('drop-answer', ALL) },
  { what: 'a refresh that brings garbage', cause: (server) => server.failRefresh('garbage', ALL) },
  {
    what: 'a refresh that brings an error in 200',
    cause: (server) => server.failRefresh('error-in-200', ALL),
  },
  {
    what: 'a refresh that brings the same dead tokens',
    cause: (server) => server.failRefresh('same-token', ALL),
  },
];

export const conformanceCase: ConformanceCase = {
  checks:
    'A refresh goes well, and others go wrong in seven ways. Everything that callers are rejected with, and what the library shows an app to log, is printed in every way there is.',
  why: 'Logs and error trackers are read by many and kept for long, and a refresh token in them is a login (RFC 6750, section 5.3).',
  right:
    'Neither an access token nor a refresh token is in any of it. Not looked into: the request that an HTTP client keeps in its own error, with the header that it was told to send.',
  needs: [],
  async run(stage) {
    const { server } = stage;
    const player = await stage.start();
    for (const { what, cause } of MISHAPS) {
      await server.healRefresh();
      await player.signIn(await server.signIn('ada'));
      const shown = [printed(player.visible?.())];
      await cause(server);
      await stage.expire();
      const outcomes = await stage.settle(times(2, () => player.request(stage.path())));
      shown.push(printed(player.visible?.()));
      const errors = outcomes.flatMap((each) => (each.type === 'rejected' ? [printedError(each.error)] : []));
      const tokens = await server.tokensIssued();
      const isIn = (texts: readonly string[]): boolean =>
        tokens.some((token) => texts.some((text) => text.includes(token)));
      if (isIn(errors)) stage.fail(`${what}: a token in an error`);
      if (isIn(shown)) stage.fail(`${what}: a token in what an app would log`);
    }
  },
};
