import { pipeline, withHeaders, withTokenRefresh } from 'fetch-extras';
import type { Client, Subject } from '../contract.js';
import { createApp } from './support/app.js';
import { clientOfFetch } from './support/fetch-client.js';

export const subject: Subject = {
  about:
    '`withTokenRefresh()` around `withHeaders()`, which reads the token for each request, in the documented order of `pipeline()`. The package asks for Node 22 and runs on 20.',
  package: 'fetch-extras',
  features: [
    'rejection', 'refresh-function', 'sign-out', 'ended-event', 'several-clients', 'several-sessions', 'signal', 'http', 'fetch',
  ], // prettier-ignore
  create(setting) {
    const app = createApp(setting);
    const authorization = withHeaders((): Record<string, string> =>
      app.tokens ? { Authorization: `Bearer ${app.tokens.accessToken}` } : {},
    );
    const tokenRefresh = withTokenRefresh({ refreshToken: async () => (await app.refresh()).accessToken });
    const make = (): Client => {
      const send = pipeline(fetch, authorization, tokenRefresh);
      return clientOfFetch(setting.url, send) as Client;
    };
    return {
      ...make(),
      another: () => make().request,
      signIn: (tokens) => app.save(tokens),
      signOut: () => void (app.tokens = null),
      tokens: () => app.tokens,
    };
  },
};
