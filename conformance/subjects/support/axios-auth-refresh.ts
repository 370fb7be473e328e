import axios from 'axios';
import { createAuthRefresh } from 'axios-auth-refresh';
import type { Feature } from '../../features.js';
import type { Client, Setting } from '../../contract.js';
import { createApp } from './app.js';
import { clientOfAxios } from './axios-client.js';
import { carryCurrent } from './carry.js';
import { commonJs } from './common-js.js';
import { refreshThrough } from './refresh-through.js';

export const FEATURES_OF_AXIOS_AUTH_REFRESH: readonly Feature[] = [
  'rejection',
  'statuses',
  'query',
  'shared-refresh',
  'refresh-function',
  'refresh-through-client',
  'sign-out',
  'anonymous',
  'ended-event',
  'several-sessions',
  'signal',
  'abort-signal',
  'timeout',
  'http',
  'axios',
];

export function clientWithAuthRefresh(setting: Setting, options: { deduplicateRefresh: boolean }): Client {
  const instance = axios.create({ baseURL: setting.url });
  const refresh: Setting['refresh'] = setting.refreshThroughClient
    ? (tokens) => refreshThrough(instance, tokens)
    : setting.refresh;
  const app = createApp({ ...setting, refresh });
  // What is sent again has passed the interceptors of the app already.
  const retryInstance = axios.create({ baseURL: setting.url });
  for (const each of [instance, retryInstance]) carryCurrent(each, setting, () => app.tokens?.accessToken);

  createAuthRefresh(
    commonJs(instance),
    // Where nobody is signed in there is nothing to refresh, and the failed request stays failed.
    (failed: unknown) => (app.tokens ? app.refresh() : Promise.reject(failed)),
    {
      ...options,
      retryInstance: commonJs(retryInstance),
      ...(setting.judge.by === 'status' && { statusCodes: [...setting.judge.statuses] }),
    },
  );
  return {
    ...clientOfAxios(instance),
    signIn: (tokens) => app.signIn(tokens),
    signOut: () => app.signOut(),
    tokens: () => app.tokens,
  };
}
