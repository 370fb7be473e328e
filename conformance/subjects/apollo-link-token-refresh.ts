import type { ServerError } from '@apollo/client/core/index.js';
import { TokenRefreshLink } from 'apollo-link-token-refresh';
import type { Subject, Tokens } from '../contract.js';
import { RefreshError } from '../stage/refresh.js';
import { authorizationLink, clientOfApollo } from './support/apollo-client.js';
import { createApp, type Keep } from './support/app.js';

export const subject: Subject = {
  about:
    '`TokenRefreshLink` before a link that adds the header and an `HttpLink`. It judges by the clock alone. The client’s cache and its sharing of equal queries are off.',
  package: 'apollo-link-token-refresh',
  features: [
    'expiry',
    'shared-refresh',
    'refresh-function',
    'reads-tokens',
    'sign-out',
    'anonymous',
    'ended-event',
    'several-sessions',
    'graphql',
  ],
  create(setting) {
    const app = createApp(setting);
    /** What came with the access token that the link takes out of the reply. */
    let issued: Tokens | undefined;
    let keep: Keep | undefined;
    const tokenRefresh = new TokenRefreshLink({
      accessTokenField: 'accessToken',
      isTokenValidOrUndefined: async () => !app.isExpired(),
      async fetchAccessToken() {
        try {
          keep = app.beginRefresh();
          issued = await setting.refresh({ refreshToken: app.tokens?.refreshToken ?? '' });
          return Response.json(issued);
        } catch (error) {
          if (!(error instanceof RefreshError)) throw error;
          return Response.json(error.response.data, { status: error.status });
        }
      },
      handleFetch() {
        if (issued) keep?.(issued);
      },
      handleError: (error) => app.onRefreshFailed({ status: (error as ServerError).statusCode }),
    });
    return {
      ...clientOfApollo(setting.url, [tokenRefresh, authorizationLink(() => app.tokens?.accessToken)]),
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
    };
  },
};
