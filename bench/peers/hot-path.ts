import axios from 'axios';
import type { Subject } from '../../conformance/contract.js';
import type { RemoteServer } from '../../conformance/server/remote.js';
import { createStage } from '../../conformance/stage/stage.js';
import type { LocalTime } from '../../conformance/stage/time.js';

const WARM_UP = 1_000;
const REQUESTS = 3_000;

/** Serves REST and GraphQL clients alike. */
const BODY = JSON.stringify({ data: { me: { __typename: 'User', username: 'ada' } } });

/** What a request with a good token takes, in microseconds, one after the other, over a transport that answers at once. */
export async function hotPathUs(subject: Subject, server: RemoteServer, time: LocalTime): Promise<number> {
  const restore = stubTransports();
  try {
    const stage = createStage(subject, server, time);
    const { request } = await stage.start();
    for (let sent = 0; sent < WARM_UP; sent += 1) await request(stage.path());
    const startedAt = performance.now();
    for (let sent = 0; sent < REQUESTS; sent += 1) await request(stage.path());
    return ((performance.now() - startedAt) * 1_000) / REQUESTS;
  } finally {
    restore();
  }
}

function stubTransports(): () => void {
  const { fetch } = globalThis;
  const { adapter } = axios.defaults;
  globalThis.fetch = (input, init) => {
    // Every fetch makes both, on either side of the network.
    void new Request(input, init);
    return Promise.resolve(new Response(BODY, { headers: { 'content-type': 'application/json' } }));
  };
  axios.defaults.adapter = (config) =>
    Promise.resolve({ data: BODY, status: 200, statusText: 'OK', headers: {}, config });
  return () => {
    globalThis.fetch = fetch;
    Object.assign(axios.defaults, { adapter });
  };
}
