import type { Subject } from '../contract.js';
import { clientWithAuthRefresh, FEATURES_OF_AXIOS_AUTH_REFRESH } from './support/axios-auth-refresh.js';

export const subject: Subject = {
  about:
    '`createAuthRefresh()` with `deduplicateRefresh: false`, the refresh marked `skipAuthRefresh`, the request interceptor that the README shows, and a `retryInstance`.',
  package: 'axios-auth-refresh',
  features: FEATURES_OF_AXIOS_AUTH_REFRESH,
  create: (setting) => clientWithAuthRefresh(setting, { deduplicateRefresh: false }),
};
