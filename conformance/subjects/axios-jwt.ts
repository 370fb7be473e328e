import axios, { type AxiosInstance } from 'axios';
import {
  applyAuthTokenInterceptor,
  clearAuthTokens,
  setAuthTokens,
  type IAuthTokens,
  type TokenRefreshRequest,
} from 'axios-jwt';
import type { Subject, Tokens } from '../contract.js';
import { clientOfAxios } from './support/axios-client.js';
import { commonJs } from './support/common-js.js';
import { hasRefused } from './support/has-refused.js';
import { storeFor } from './support/store.js';

export const subject: Subject = {
  about:
    '`applyAuthTokenInterceptor()` with a storage of its own (`getStorage`) and a refresh that returns both tokens. It judges by the clock alone, and has one session a page.',
  package: 'axios-jwt',
  features: [
    'expiry',
    'own-clock',
    'exact-expiry',
    'attach',
    'attach-header',
    'shared-refresh',
    'refresh-function',
    'reads-tokens',
    'keeps-tokens',
    'sign-out',
    'anonymous',
    'ended-event',
    'late-store',
    'kept',
    'several-clients',
    'signal',
    'abort-signal',
    'timeout',
    'http',
    'axios',
  ],
  create(setting) {
    const store = storeFor(setting);
    const storage = {
      get: async () => JSON.stringify(await store.read()),
      set: (_: string, value: string) => store.write(JSON.parse(value) as Tokens),
      remove: () => store.write(null),
    };

    const requestRefresh: TokenRefreshRequest = async (refreshToken) => {
      try {
        return await setting.refresh({ refreshToken });
      } catch (error) {
        if (hasRefused(error)) setting.ended();
        // The README refreshes with axios, and the library looks at what axios throws.
        throw Object.assign(error as Error, { isAxiosError: true });
      }
    };

    function make(): AxiosInstance {
      const instance = axios.create({ baseURL: setting.url });
      applyAuthTokenInterceptor(commonJs(instance), {
        requestRefresh,
        getStorage: () => storage,
        ...(setting.attach === 'header' && { header: 'x-token', headerPrefix: '' }),
        ...(setting.leewayMs !== undefined && { tokenExpireFudge: setting.leewayMs / 1000 }),
      });
      return instance;
    }
    return {
      ...clientOfAxios(make()),
      another: () => clientOfAxios(make()).request,
      signIn: (tokens: IAuthTokens) => setAuthTokens(tokens),
      signOut: () => clearAuthTokens(),
      tokens: () => store.read(),
    };
  },
};
