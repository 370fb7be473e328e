import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { fetchBaseQuery } from '@reduxjs/toolkit/query';
import { Mutex } from 'async-mutex';
import type { Subject, Tokens } from '../contract.js';
import { clientOfRtk, type BaseQuery } from './support/rtk-client.js';

export const subject: Subject = {
  about:
    'The recipe of its documentation: `fetchBaseQuery` with its `timeout` wrapped with a mutex of async-mutex, which logs out whenever a refresh brings nothing. Each request is a mutation of its own, since queries with equal arguments are one, and `responseHandler` is `content-type`. The store has the middleware of a production build.',
  package: '@reduxjs/toolkit',
  features: [
    'rejection',
    'statuses',
    'attach',
    'shared-refresh',
    'refresh-function',
    'reads-tokens',
    'keeps-tokens',
    'sign-out',
    'anonymous',
    'ended-event',
    'several-sessions',
    'signal',
    'timeout',
    'http',
  ],
  create(setting) {
    const auth = createSlice({
      name: 'auth',
      initialState: { tokens: null as Tokens | null },
      reducers: {
        tokenReceived: (_, { payload }: PayloadAction<Tokens>) => ({ tokens: payload }),
        loggedOut: () => ({ tokens: null }),
      },
    });
    const { tokenReceived, loggedOut } = auth.actions;
    const tokens = (): Tokens | null => store.getState().auth.tokens;

    const mutex = new Mutex();
    const baseQuery = fetchBaseQuery({
      baseUrl: setting.url,
      responseHandler: 'content-type',
      timeout: setting.refreshTimeoutMs,
      prepareHeaders(headers) {
        const { accessToken } = tokens() ?? {};
        if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`);
      },
    }) as BaseQuery;
    const statuses = setting.judge.by === 'status' ? setting.judge.statuses : [401];

    const askFor = async (before: Tokens, signal: AbortSignal): Promise<Tokens | null> => {
      try {
        // In the recipe `baseQuery` asks, and its timeout bounds that too.
        const bounded = AbortSignal.any([signal, AbortSignal.timeout(setting.refreshTimeoutMs)]);
        return await setting.refresh(before, { signal: bounded });
      } catch {
        return null;
      }
    };

    const baseQueryWithReauth: BaseQuery = async (args, api, extraOptions) => {
      await mutex.waitForUnlock();
      const result = await baseQuery(args, api, extraOptions);
      if (!statuses.includes(result.error?.status as number)) return result;
      if (mutex.isLocked()) {
        await mutex.waitForUnlock();
        return await baseQuery(args, api, extraOptions);
      }
      const release = await mutex.acquire();
      try {
        const before = tokens();
        const refreshed = before && (await askFor(before, api.signal));
        if (refreshed) {
          api.dispatch(tokenReceived(refreshed));
          return await baseQuery(args, api, extraOptions);
        }
        api.dispatch(loggedOut());
        if (before) setting.ended();
        return result;
      } finally {
        release();
      }
    };

    const { store, request } = clientOfRtk(baseQueryWithReauth, { auth: auth.reducer });
    return {
      request,
      signIn: (issued) => store.dispatch(tokenReceived(issued)),
      signOut: () => store.dispatch(loggedOut()),
      tokens,
    };
  },
};
