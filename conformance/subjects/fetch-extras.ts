import { pipeline, withHeaders, withTokenRefresh } from 'fetch-extras';
import type { Client, Subject } from '../contract.js';
import { createApp } from './support/app.js';
import { clientOfFetch } from './support/fetch-client.js';

export const subject: Subject = {
  about:
    '`withTokenRefresh()` around `withHeaders()`, which reads the token asynchronously for each request, in the documented order of `pipeline()`. The package asks for Node 22 and runs on 20.',
  package: 'fetch-extras',
  features: [
    'rejection',
    'shared-refresh',
    'refresh-function',
    'sign-out',
    'anonymous',
    'ended-event',
    'late-store',
    'several-clients',
    'several-sessions',
    'signal',
    'abort-signal',
    'buffered-streams',
    'own-scheme',
    'http',
    'fetch',
  ],
  documented: {
    ...Object.fromEntries(
      ['late-rejection', 'late-staggered', 'late-two-rotations', 'late-after-external-change'].map((name) => [
        name,
        'A later `401` starts a new refresh on purpose instead of reusing a settled token result.',
      ]),
    ),
    'replay-request-object':
      'Request bodies are not pre-buffered, so a `Request` with its own body is only retried when you provide a replacement `options.body`.',
  },
  create(setting) {
    const app = createApp(setting);
    const authorization = withHeaders(async (): Promise<Record<string, string>> => {
      await app.loaded;
      return app.tokens ? { Authorization: `Bearer ${app.tokens.accessToken}` } : {};
    });
    const tokenRefresh = withTokenRefresh({ refreshToken: async () => (await app.refresh()).accessToken });
    const make = (): Client => {
      const send = pipeline(fetch, authorization, tokenRefresh);
      return clientOfFetch(setting.url, send) as Client;
    };
    return {
      ...make(),
      another: () => make().request,
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
    };
  },
};
