import type { Subject } from '../contract.js';
import { clientOfAxios } from '../subjects/support/axios-client.js';
import { request, user } from './request.js';

export const subject: Subject = {
  about: 'The request.ts of an admin template: an interceptor, and a promise of the refresh under way.',
  features: [
    'rejection',
    'attach',
    'shared-refresh',
    'refresh-function',
    'reads-tokens',
    'keeps-tokens',
    'sign-out',
    'anonymous',
    'ended-event',
    'signal',
    'abort-signal',
    'timeout',
    'http',
    'axios',
  ],
  create({ url, refresh, ended }) {
    request.defaults.baseURL = url;
    Object.assign(user, { tokens: null, askForTokens: refresh, goToLogin: ended });
    return {
      ...clientOfAxios(request),
      signIn: user.signIn,
      signOut: user.signOut,
      tokens: () => user.tokens,
    };
  },
};
