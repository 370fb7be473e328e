import type { ConformanceCase } from '../case.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

/** Encoded in more than one way, doubled and empty: nothing in it may be put in order on the way. */
const QUERY = '?q=a%20b+c&empty=&twice=1&twice=2&%E4%BD%A0';

export const conformanceCase: ConformanceCase = {
  checks:
    'Requests to relative and absolute URLs, with params and a serializer, are rejected and sent again.',
  why: 'The config of a request that was sent once holds a URL which is put together already, and putting it together again spoils it ([axios#1628](https://github.com/axios/axios/issues/1628), [axios-retry#280](https://github.com/softonic/axios-retry/issues/280)).',
  right: 'Both sends go to the very URL that the caller meant.',
  needs: ['rejection', 'http'],
  async run(stage) {
    const { request, axios, fetch } = await startLongSession(stage);
    const path = `/api/echo${QUERY}`;
    const absolute = stage.server.url + path;

    async function judge(
      what: string,
      right: string,
      call: () => Promise<{ readonly status: number }>,
    ): Promise<void> {
      const { rejected, replay } = await sentTwice(stage, what, call);
      if (rejected.url !== right) stage.fail(`${what}: another URL in the first send`);
      if (replay.url !== right) stage.fail(`${what}: another URL in the second send`);
    }

    await judge('a path', path, () => request(path));
    await judge('an absolute URL', path, () => request(absolute));
    if (fetch) await judge('a URL object', path, () => fetch(new URL(absolute)));
    if (!axios) return;
    const params = { ids: [1, 2], text: 'a b' };
    await judge('params', '/api/echo?ids%5B%5D=1&ids%5B%5D=2&text=a+b', () =>
      axios.get('/api/echo', { params }),
    );
    const paramsSerializer = ({ ids }: { ids?: number[] }): string => `ids=${ids?.join('-')}&text=a%20b`;
    await judge('a serializer', '/api/echo?ids=1-2&text=a%20b', () =>
      axios.get('api/echo', { params, paramsSerializer: { serialize: paramsSerializer } }),
    );
    await judge('a base URL of its own', path, () =>
      axios.get(`echo${QUERY}`, { baseURL: `${stage.server.url}/api/` }),
    );
  },
};
