import { configureRefreshFetch } from 'refresh-fetch';
import type { Subject } from '../contract.js';
import { createApp } from './support/app.js';
import { clientOfFetch } from './support/fetch-client.js';

/** The wrapped fetch is to reject where the reply is not ok. */
class NotOk extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`answered with ${response.status}`);
    this.response = response;
  }
}

export const subject: Subject = {
  about:
    '`configureRefreshFetch()` around a `fetch` that adds the token and rejects for what is not ok, with the reply read to its end, as the README’s own does.',
  package: 'refresh-fetch',
  features: [
    'rejection',
    'statuses',
    'shared-refresh',
    'refresh-function',
    'sign-out',
    'anonymous',
    'ended-event',
    'several-sessions',
    'signal',
    'abort-signal',
    'http',
    'fetch',
  ],
  create(setting) {
    const app = createApp(setting);
    const statuses = setting.judge.by === 'status' ? setting.judge.statuses : [401];
    const refreshFetch = configureRefreshFetch({
      async fetch(url, options = {}) {
        const headers = new Headers(options.headers ?? (url instanceof Request ? url.headers : {}));
        if (app.tokens) headers.set('Authorization', `Bearer ${app.tokens.accessToken}`);
        const response = await fetch(url, { ...options, headers });
        if (response.ok) return response;
        const body = await response.arrayBuffer();
        throw new NotOk(new Response(body.byteLength > 0 ? body : null, response));
      },
      shouldRefreshToken: (error) => error instanceof NotOk && statuses.includes(error.response.status),
      refreshToken: () => app.refresh(),
    });
    const send: typeof fetch = (input, init) =>
      refreshFetch(input, init).catch((error: unknown) => {
        if (error instanceof NotOk) return error.response;
        throw error;
      });
    return {
      ...clientOfFetch(setting.url, send),
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
    };
  },
};
