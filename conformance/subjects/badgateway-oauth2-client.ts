import { OAuth2Client, OAuth2Fetch, type OAuth2Token } from '@badgateway/oauth2-client';
import type { Client, Subject } from '../contract.js';
import { clientOfFetch } from './support/fetch-client.js';
import { oauthTokenOf, tokenEndpoint } from './support/oauth.js';

export const subject: Subject = {
  about:
    '`OAuth2Fetch` with `getStoredToken`, `storeToken`, `onError` and `scheduleRefresh: false`, since a timer of more than 24.8 days would fire at once; `getNewToken` asks for a new login. It refreshes by itself, here through its own option `fetch`, which speaks OAuth before our server; each login makes another `OAuth2Fetch`.',
  package: '@badgateway/oauth2-client',
  features: [
    'expiry',
    'own-clock',
    'rejection',
    'attach',
    'shared-refresh',
    'reads-tokens',
    'keeps-tokens',
    'relogin',
    'ended-event',
    'late-store',
    'several-clients',
    'several-sessions',
    'signal',
    'abort-signal',
    'buffered-streams',
    'http',
    'fetch',
  ],
  documented: {
    'own-scheme': 'the library will ensure there’s always a `Bearer` header',
  },
  create(setting) {
    let stored: OAuth2Token | null = null;
    const client = new OAuth2Client({
      server: setting.url,
      tokenEndpoint: '/token',
      clientId: 'conformance',
      fetch: tokenEndpoint(setting.refresh),
    });
    let guarded = make(async () => {
      const tokens = await setting.stored;
      return tokens ? oauthTokenOf(tokens) : null;
    });

    function make(getStoredToken: () => OAuth2Token | null | Promise<OAuth2Token | null>): OAuth2Fetch {
      const made = new OAuth2Fetch({
        client,
        getStoredToken,
        storeToken(token) {
          if (made === guarded) stored = token;
        },
        async getNewToken() {
          if (!setting.relogin) return null;
          const tokens = await setting.relogin();
          // The user has had enough: the app forgets the tokens, the library has nothing for it.
          if (!tokens && made === guarded) stored = null;
          return tokens ? oauthTokenOf(tokens) : null;
        },
        onError: setting.ended,
        scheduleRefresh: false,
      });
      return made;
    }

    const send: typeof fetch = (input, init) => guarded.fetch(input as RequestInfo, init);
    const throughMiddleware: typeof fetch = (input, init) =>
      guarded.mw()(new Request(input, init), (request) => fetch(request));
    return {
      ...clientOfFetch(setting.url, send),
      another: (): Client['request'] => clientOfFetch(setting.url, throughMiddleware).request,
      signIn(tokens, issuedAt) {
        const token = oauthTokenOf(tokens, issuedAt);
        stored = token;
        guarded = make(() => token);
      },
      tokens: () => stored,
    };
  },
};
