import { Client as UrqlClient, fetchExchange, type Exchange } from '@urql/core';
import type { Client } from '../../contract.js';
import { absolute } from './fetch-client.js';
import { isUnauthenticated, QUERY } from './graphql.js';

/** urql without its cache. */
export function clientOfUrql(
  url: string,
  exchanges: readonly Exchange[],
  fetchOptions?: () => RequestInit,
): Pick<Client, 'request'> {
  const client = new UrqlClient({
    url: `${url}/graphql`,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    exchanges: [...exchanges, fetchExchange],
    ...(fetchOptions && { fetchOptions }),
  });
  let calls = 0;
  return {
    async request(path) {
      const { data, error } = await client
        .query(QUERY, { call: (calls += 1) }, { url: absolute(url, path) })
        .toPromise();
      if (!error) return { status: 200, body: { data: data as unknown } };
      if (isUnauthenticated(error.graphQLErrors))
        return { status: 401, body: { errors: error.graphQLErrors } };
      const { status } = (error.response as Response | undefined) ?? { status: 0 };
      if (status < 400) throw error;
      return { status, body: undefined };
    },
  };
}
