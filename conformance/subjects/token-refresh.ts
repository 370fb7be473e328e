import axios from 'axios';
import { installAuthRefresh, setAuthHeaders } from 'token-refresh';
import type { Subject, Tokens } from '../contract.js';
import { clientOfAxios } from './support/axios-client.js';
import { hasRefused } from './support/has-refused.js';
import { refreshThrough } from './support/refresh-through.js';
import { storeFor } from './support/store.js';

export const subject: Subject = {
  about:
    '`installAuthRefresh()` with `refreshTimeout`, `isRefreshFailureTerminal` for 400, 401 and 403, and the header seeded by `setAuthHeaders()` as its README recommends.',
  package: 'token-refresh',
  features: [
    'rejection',
    'statuses',
    'attach',
    'attach-header',
    'own-scheme',
    'shared-refresh',
    'refresh-function',
    'reads-tokens',
    'keeps-tokens',
    'refresh-through-client',
    'sign-out',
    'anonymous',
    'ended-event',
    'late-store',
    'several-sessions',
    'signal',
    'abort-signal',
    'timeout',
    'http',
    'axios',
  ],
  documented: {
    'first-load':
      'Recommended: seed the default header before making requests. This avoids a cold-start race where the first request might leave without a header.',
  },
  create(setting) {
    const { judge, refreshTimeoutMs } = setting;
    const header: { name?: string; format?: (token: string) => string } =
      setting.attach === 'header' ? { name: 'x-token', format: (token) => token } : {};
    const seed = (accessToken: string | null): void =>
      setAuthHeaders(instance, accessToken, header.name, header.format);
    const instance = axios.create({ baseURL: setting.url });
    const store = storeFor(setting);

    async function end(): Promise<void> {
      if (!(await store.read())) return;
      await store.write(null);
      setting.ended();
    }

    installAuthRefresh(instance, {
      refresh: (refreshToken) =>
        setting.refreshThroughClient
          ? refreshThrough(instance, { refreshToken })
          : setting.refresh({ refreshToken }),
      getTokens: () => store.read(),
      setTokens: (tokens) => store.write(tokens as Tokens),
      isSessionExpired: ({ status }) => (judge.by === 'status' ? judge.statuses : [401]).includes(status),
      isRefreshFailureTerminal: hasRefused,
      onRefreshFailed: (error) => void (hasRefused(error) && end()),
      refreshTimeout: refreshTimeoutMs,
      header,
    });
    void store.read().then((tokens) => tokens && seed(tokens.accessToken));
    return {
      ...clientOfAxios(instance),
      async signIn(tokens) {
        await store.write(tokens);
        seed(tokens.accessToken);
      },
      async signOut() {
        await store.write(null);
        seed(null);
      },
      tokens: () => store.read(),
    };
  },
};
