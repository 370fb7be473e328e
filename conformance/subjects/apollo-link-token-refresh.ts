import {
  ApolloClient,
  ApolloError,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  type ServerError,
} from '@apollo/client/core/index.js';
import { TokenRefreshLink } from 'apollo-link-token-refresh';
import type { Subject, Tokens } from '../contract.js';
import { RefreshError } from '../stage/refresh.js';
import { createApp, type Keep } from './support/app.js';
import { absolute } from './support/fetch-client.js';
import { isUnauthenticated, QUERY } from './support/graphql.js';

export const subject: Subject = {
  about:
    '`TokenRefreshLink` before a link that adds the header and an `HttpLink`. It judges by the clock alone. The client’s cache and its sharing of equal queries are off.',
  package: 'apollo-link-token-refresh',
  features: [
    'expiry', 'shared-refresh', 'refresh-function', 'reads-tokens', 'sign-out', 'anonymous', 'ended-event', 'several-sessions', 'graphql',
  ], // prettier-ignore
  create(setting) {
    const app = createApp(setting);
    /** What came with the access token that the link takes out of the reply. */
    let issued: Tokens | undefined;
    let keep: Keep | undefined;
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      queryDeduplication: false,
      defaultOptions: { query: { fetchPolicy: 'no-cache' } },
      link: ApolloLink.from([
        new TokenRefreshLink({
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
        }),
        new ApolloLink((operation, forward) => {
          const { accessToken } = app.tokens ?? {};
          if (accessToken !== undefined)
            operation.setContext({ headers: { Authorization: `Bearer ${accessToken}` } });
          return forward(operation);
        }),
        new HttpLink(),
      ]),
    });
    let calls = 0;

    return {
      async request(path) {
        try {
          const { data } = await client.query<unknown>({
            query: gql(QUERY),
            variables: { call: (calls += 1) },
            context: { uri: absolute(setting.url, path) },
          });
          return { status: 200, body: { data } };
        } catch (error) {
          if (!(error instanceof ApolloError)) throw error;
          const { graphQLErrors, networkError } = error;
          if (isUnauthenticated(graphQLErrors)) return { status: 401, body: { errors: graphQLErrors } };
          const status = (networkError as Partial<ServerError> | null)?.statusCode;
          if (status === undefined || status < 400) throw error;
          return { status, body: undefined };
        }
      },
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
      close: () => client.stop(),
    };
  },
};
