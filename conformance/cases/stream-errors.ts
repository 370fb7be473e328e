import type { Readable } from 'node:stream';
import type { ConformanceCase } from '../case.js';
import { inTime } from '../stage/patience.js';
import { printed } from './support/printed.js';

const BYTES = 16 * 1024 * 1024;

export const conformanceCase: ConformanceCase = {
  checks:
    'Replies are asked for as streams. One is aborted when it has begun, one is longer than allowed, and one is a 500. The error that comes, with all that can be reached from it, and the config of the reply are printed.',
  why: 'The error that a stream ends with is emitted long after the call has returned, and holds the config of the request with its headers. It goes into logs as every other error does (RFC 6750, section 5.3).',
  right: 'No token is in any of it, through `inspect` or `toJSON`.',
  needs: ['axios', 'clean-config'],
  async run(stage) {
    const { axios } = await stage.start();
    if (!axios) return stage.fail('has no axios instance');
    const path = stage.path('long');
    await stage.server.plan({ prefix: path, when: 'live-token', status: 200, bytes: BYTES });
    await stage.server.plan({ prefix: stage.path('broken'), when: 'live-token', status: 500, body: {} });

    const leaving = new AbortController();
    const aborted = await axios.get<Readable>(path, { responseType: 'stream', signal: leaving.signal });
    const abortion = errorOf(aborted.data);
    leaving.abort();
    await judge('an aborted stream', await inTime(abortion), aborted.config);

    const long = await axios.get<Readable>(path, { responseType: 'stream', maxContentLength: 1_000 });
    const tooLong = errorOf(long.data);
    long.data.resume();
    await judge('a stream that is too long', await inTime(tooLong), long.config);

    const failed: unknown = await axios
      .get(stage.path('broken'), { responseType: 'stream' })
      .catch((error: unknown) => error);
    const { response } = failed as { response?: { readonly config: unknown; readonly data?: Readable } };
    await judge('a 500', failed, response?.config);
    response?.data?.resume();

    async function judge(what: string, error: unknown, config: unknown): Promise<void> {
      if (!(error instanceof Error)) stage.fail(`${what}: no error comes`);
      const tokens = await stage.server.tokensIssued();
      const texts = [printed(error), printed(config)];
      if (tokens.some((token) => texts.some((text) => text.includes(token))))
        stage.fail(`${what}: a token in what is printed`);
    }
  },
};

function errorOf(stream: Readable): Promise<unknown> {
  return new Promise((resolve) => stream.once('error', resolve));
}
