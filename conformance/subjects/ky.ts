import ky from 'ky';
import type { Setting, Subject } from '../contract.js';
import { createApp } from './support/app.js';
import { parsed } from './support/fetch-client.js';
import { isRejection } from './support/is-rejection.js';
import { clientOfKy } from './support/ky-client.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const;

export const subject: Subject = {
  about:
    'The recipe of its README for a 401: `retry.statusCodes` and a `beforeRetry` hook that refreshes, with `limit: 1`, no delay, `retry.methods` for every method, and `totalTimeout` as the deadline of a refresh; for codes in a body `ky.retry()` in `afterResponse`. The package asks for Node 22 and runs on 20.',
  package: 'ky',
  features: [
    'rejection',
    'statuses',
    'codes',
    'query',
    'refresh-function',
    'sign-out',
    'anonymous',
    'ended-event',
    'several-sessions',
    'signal',
    'abort-signal',
    'timeout',
    'buffered-streams',
    'http',
    'fetch',
  ],
  create(setting) {
    const { judge } = setting;
    const app = createApp(setting);
    const carry = (request: Request): Request =>
      app.tokens ? withToken(request, app.tokens, setting) : request;

    const api = ky.create({
      totalTimeout: setting.refreshTimeoutMs,
      retry: {
        limit: 1,
        delay: () => 0,
        methods: [...METHODS],
        statusCodes: judge.by === 'status' ? [...judge.statuses] : [401],
      },
      hooks: {
        beforeRequest: [({ request }) => carry(request)],
        beforeRetry: [
          async ({ request, error }) => {
            // Where nobody is signed in there is nothing to refresh, and the failed request stays failed.
            if (!app.tokens) throw error;
            await app.refresh();
            return carry(request);
          },
        ],
        afterResponse: [
          async ({ response, retryCount }) => {
            if (judge.by === 'status' || retryCount > 0) return undefined;
            const { status } = response;
            const body = parsed(await response.clone().text());
            return isRejection(judge, { status, body }) ? ky.retry() : undefined;
          },
        ],
      },
    });

    return {
      ...clientOfKy(setting.url, api),
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
    };
  },
};

function withToken(request: Request, { accessToken }: { accessToken: string }, { attach }: Setting): Request {
  if (attach === 'query') {
    const url = new URL(request.url);
    url.searchParams.set('token', accessToken);
    return new Request(url, request);
  }
  request.headers.set('Authorization', `Bearer ${accessToken}`);
  return request;
}
