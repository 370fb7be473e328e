import axios from 'axios';
import { applyAuthTokenInterceptor } from 'axios-auth-refresh-queue';
import type { Subject, Tokens } from '../contract.js';
import { createApp, type Keep } from './support/app.js';
import { clientOfAxios } from './support/axios-client.js';
import { commonJs } from './support/common-js.js';
import { carry } from './support/carry.js';
import { refreshThrough } from './support/refresh-through.js';

export const subject: Subject = {
  about:
    '`applyAuthTokenInterceptor()` with an asynchronous `headerTokenHandler`, `refreshTimeout`, and `skipAuthRefresh` on what is sent while nobody is signed in. `checkTokenIsValid`, which it has for several tabs, stays off in one: it would trust a token that the server has revoked.',
  package: 'axios-auth-refresh-queue',
  features: [
    'rejection',
    'statuses',
    'query',
    'shared-refresh',
    'refresh-function',
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
  create(setting) {
    const instance = axios.create({ baseURL: setting.url });
    const app = createApp(setting);
    let keep: Keep | undefined;

    applyAuthTokenInterceptor(commonJs(instance), {
      async headerTokenHandler(request) {
        await app.loaded;
        if (app.tokens) carry(request, app.tokens.accessToken, setting);
        else request.skipAuthRefresh = true;
      },
      getRefreshToken: () => app.tokens?.refreshToken,
      async requestRefresh(refreshToken) {
        if (refreshToken === undefined) throw new Error('nobody is signed in');
        keep = app.beginRefresh();
        return await (setting.refreshThroughClient
          ? refreshThrough(instance, { refreshToken })
          : setting.refresh({ refreshToken }));
      },
      onSuccess: (tokens) => keep?.(tokens as Tokens),
      onFailure: (error: unknown) => app.onRefreshFailed(error),
      attachTokenToRequest: (request, accessToken) => carry(request, accessToken, setting),
      refreshTimeout: setting.refreshTimeoutMs,
      ...(setting.judge.by === 'status' && { statusCodes: [...setting.judge.statuses] }),
    });
    return {
      ...clientOfAxios(instance),
      signIn: (tokens) => app.signIn(tokens),
      signOut: () => app.signOut(),
      tokens: () => app.tokens,
    };
  },
};
