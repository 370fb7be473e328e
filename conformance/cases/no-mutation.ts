import { isDeepStrictEqual } from 'node:util';
import { AxiosHeaders } from 'axios';
import type { ConformanceCase } from '../case.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

const HEADERS = { 'X-Own': 'own', 'content-type': 'application/json' };

export const conformanceCase: ConformanceCase = {
  checks: 'Callers look at the config, the headers and the `Request` that they passed in, after a replay.',
  why: 'Apps keep these and use them again: a token that was written into them is stale the next time, and a mark that a request was sent twice keeps it from being replayed for ever after.',
  right: 'They are as the caller made them.',
  needs: ['rejection', 'http', ['axios', 'fetch']],
  async run(stage) {
    const { request, axios, fetch } = await startLongSession(stage);
    const url = stage.server.url + stage.path();

    async function judge<Given>(
      what: string,
      make: () => Given,
      call: (given: Given) => Promise<{ readonly status: number }>,
      look: (given: Given) => unknown = (given) => given,
    ): Promise<void> {
      const given = make();
      await sentTwice(stage, what, () => call(given));
      if (!isDeepStrictEqual(look(given), look(make()))) stage.fail(`${what}: changed for its owner`);
    }

    await judge(
      'a call',
      () => ({ method: 'POST', headers: { ...HEADERS }, body: '{"n":1}' }),
      (call) => request(stage.path(), call),
    );
    if (axios) {
      await judge(
        'a config',
        () => ({
          url: stage.path(),
          method: 'POST',
          headers: { ...HEADERS },
          params: { a: 1 },
          data: { n: 1 },
        }),
        (config) => axios.request(config),
      );
      await judge(
        'AxiosHeaders',
        () => new AxiosHeaders(HEADERS),
        (headers) => axios.post(stage.path(), { n: 1 }, { headers }),
        (headers) => headers.toJSON(),
      );
    }
    if (fetch) {
      await judge(
        'an init',
        () => ({ method: 'POST', headers: { ...HEADERS }, body: '{"n":1}' }),
        (init) => fetch(url, init),
      );
      await judge(
        'a Headers object',
        () => new Headers(HEADERS),
        (headers) => fetch(url, { headers }),
        (headers) => [...headers],
      );
      await judge(
        'a Request',
        () => new Request(url, { headers: HEADERS }),
        (given) => fetch(given),
        ({ url: target, method, headers }) => [target, method, [...headers]],
      );
    }
  },
};
