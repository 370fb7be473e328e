import axios, { type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';

/** Serves REST and GraphQL clients alike. */
const BODY = JSON.stringify({ data: { me: { __typename: 'User', username: 'ada' } } });

/** A switch under every client: real HTTP, or replies that come at once. */
export interface Transports {
  /** From now on every request is answered at once, until `restore`. */
  answerAtOnce(): void;
  restore(): void;
  /** How many of those carried no token: measured so, a library would be measured while nobody is signed in. */
  readonly withoutToken: number;
}

/** To be called before the library under test is loaded: some replace the global `fetch`, and keep the one they found. */
export function installTransports(): Transports {
  const { fetch } = globalThis;
  const real = axios.getAdapter(axios.defaults.adapter);
  let atOnce = false;
  let withoutToken = 0;

  globalThis.fetch = (input, init) => {
    if (!atOnce) return fetch(input, init);
    // Every fetch makes both, on either side of the network.
    const { headers } = new Request(input, init);
    if (!headers.has('authorization')) withoutToken += 1;
    return Promise.resolve(new Response(BODY, { headers: { 'content-type': 'application/json' } }));
  };
  axios.defaults.adapter = ((config: InternalAxiosRequestConfig) => {
    if (!atOnce) return real(config);
    if (!config.headers.has('Authorization')) withoutToken += 1;
    return Promise.resolve({ data: BODY, status: 200, statusText: 'OK', headers: {}, config });
  }) as AxiosAdapter;

  return {
    answerAtOnce: () => void (atOnce = true),
    restore: () => void (atOnce = false),
    get withoutToken() {
      return withoutToken;
    },
  };
}
