import { AxiosHeaders } from 'axios';
import type { ConformanceCase } from '../case.js';
import type { Arrival } from '../server/arrivals.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

const BODY = '{"n":1}';
const OWN = {
  'X-Own': 'own',
  'content-type': 'application/vnd.odd+json',
  accept: 'application/vnd.odd+json',
};

/** `connection` is the transport’s own (RFC 9110, section 7.6.1). */
const NOT_COMPARED = new Set(['authorization', 'connection']);

export const conformanceCase: ConformanceCase = {
  checks: 'A request with headers of its own and an odd content type is rejected and sent again.',
  why: 'Headers that are copied from the first send lose their form or their values on the way ([axios#5143](https://github.com/axios/axios/issues/5143)).',
  right: 'Both sends have the same headers but for the token, and the replay has the new one.',
  needs: ['rejection', 'http'],
  async run(stage) {
    const { request, axios, fetch, tokens } = await startLongSession(stage);

    async function judge(
      what: string,
      own: Readonly<Record<string, string>>,
      call: () => Promise<{ readonly status: number }>,
    ): Promise<void> {
      const { rejected, replay } = await sentTwice(stage, what, call);
      for (const [name, value] of Object.entries(own))
        if (rejected.headers[name.toLowerCase()] !== value)
          stage.fail(`${what}: ${name} is lost in the first send`);
      const [odd] = differing(rejected, replay);
      if (odd !== undefined) stage.fail(`${what}: another ${odd} in the second send`);
      const right = `Bearer ${(await tokens())?.accessToken}`;
      if (replay.headers['authorization']?.toLowerCase() !== right.toLowerCase())
        stage.fail(`${what}: not sent again with the new token`);
    }

    await judge('plain headers', OWN, () =>
      request(stage.path(), { method: 'PUT', headers: OWN, body: BODY }),
    );
    if (fetch)
      await judge('a Headers object', OWN, () =>
        fetch(stage.server.url + stage.path(), { method: 'PUT', headers: new Headers(OWN), body: BODY }),
      );
    if (!axios) return;
    axios.defaults.headers.common['X-Common'] = 'common';
    axios.defaults.headers.put['X-Put'] = 'put';
    await judge('AxiosHeaders', { ...OWN, 'X-Common': 'common', 'X-Put': 'put' }, () =>
      axios.put(stage.path(), BODY, { headers: new AxiosHeaders(OWN) }),
    );
  },
};

/** The names of headers that one has and the other has not, or with another value. */
function differing({ headers: first }: Arrival, { headers: second }: Arrival): string[] {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names]
    .filter((name) => !NOT_COMPARED.has(name) && first[name] !== second[name])
    .sort((one, other) => (one < other ? -1 : 1));
}
