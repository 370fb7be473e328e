import type { Subject } from '../contract.js';
import { clientWithAuthRefresh, FEATURES_OF_AXIOS_AUTH_REFRESH } from './support/axios-auth-refresh.js';

export const subject: Subject = {
  about:
    '`createAuthRefresh()` with its defaults (`deduplicateRefresh: true`), the request interceptor that the README shows, and a `retryInstance`, so that the app’s own interceptors run once.',
  package: 'axios-auth-refresh',
  features: FEATURES_OF_AXIOS_AUTH_REFRESH,
  create: (setting) => clientWithAuthRefresh(setting, { deduplicateRefresh: true }),
};
