import {
  ApolloClient,
  ApolloError,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  type ServerError,
} from '@apollo/client/core/index.js';
import type { Client } from '../../contract.js';
import { absolute } from './fetch-client.js';
import { isUnauthenticated, QUERY } from './graphql.js';

/** Apollo Client without its cache, and with what sends at the end of `links`. */
export function clientOfApollo(url: string, links: readonly ApolloLink[]): Pick<Client, 'request' | 'close'> {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    queryDeduplication: false,
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
    link: ApolloLink.from([...links, new HttpLink()]),
  });
  let calls = 0;
  return {
    async request(path) {
      try {
        const { data } = await client.query<unknown>({
          query: gql(QUERY),
          variables: { call: (calls += 1) },
          context: { uri: absolute(url, path) },
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
    close: () => client.stop(),
  };
}

/** Adds the header, as Apollo's documentation has it. */
export function authorizationLink(accessToken: () => string | undefined): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const current = accessToken();
    if (current !== undefined) operation.setContext({ headers: { Authorization: `Bearer ${current}` } });
    return forward(operation);
  });
}
