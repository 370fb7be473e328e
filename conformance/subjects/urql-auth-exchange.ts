import { authExchange } from '@urql/exchange-auth';
import type { Subject } from '../contract.js';
import { createApp } from './support/app.js';
import { isUnauthenticated } from './support/graphql.js';
import { clientOfUrql } from './support/urql-client.js';

export const subject: Subject = {
  about:
    '`authExchange()`, whose initialisation waits for the stored tokens, before `fetchExchange`, with both `willAuthError` (by the clock) and `didAuthError` (the code of the GraphQL error, or the status); a refresh that fails is thrown on, which ends what waits for it.',
  package: '@urql/exchange-auth',
  features: [
    'expiry',
    'rejection',
    'statuses',
    'shared-refresh',
    'refresh-function',
    'sign-out',
    'anonymous',
    'ended-event',
    'late-store',
    'several-sessions',
    'graphql',
  ],
  create(setting) {
    const app = createApp(setting);
    const statuses = setting.judge.by === 'status' ? setting.judge.statuses : [401];
    const auth = authExchange(async ({ appendHeaders }) => {
      await app.loaded;
      return {
        addAuthToOperation: (operation) =>
          app.tokens
            ? appendHeaders(operation, { Authorization: `Bearer ${app.tokens.accessToken}` })
            : operation,
        willAuthError: () => app.isExpired(),
        didAuthError: ({ graphQLErrors, response }) =>
          isUnauthenticated(graphQLErrors) ||
          statuses.includes((response as Response | undefined)?.status ?? 0),
        refreshAuth: async () => void (await app.refresh()),
      };
    });
    return {
      ...clientOfUrql(setting.url, [auth]),
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
    };
  },
};
