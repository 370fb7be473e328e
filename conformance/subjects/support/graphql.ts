import type { GraphQLFormattedError } from 'graphql';

/** Something to ask for, another each time: GraphQL clients make one request of equal ones. */
export const QUERY = 'query Me($call: Int) { me(call: $call) { username } }';

/** Where Apollo Server says why it refused. In the place of a status, a caller that gets it got a 401. */
export function isUnauthenticated(errors: readonly Pick<GraphQLFormattedError, 'extensions'>[]): boolean {
  return errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED');
}
