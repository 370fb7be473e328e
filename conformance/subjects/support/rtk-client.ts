import { configureStore, type Reducer } from '@reduxjs/toolkit';
import {
  createApi,
  type BaseQueryFn,
  type FetchArgs,
  type FetchBaseQueryError,
  type FetchBaseQueryMeta,
} from '@reduxjs/toolkit/query';
import type { Client } from '../../contract.js';

export type BaseQuery = BaseQueryFn<FetchArgs, unknown, FetchBaseQueryError, object, FetchBaseQueryMeta>;

type Store<State> = {
  readonly getState: () => State;
  readonly dispatch: (action: { type: string }) => void;
};

/** A store with the API and a slice of the app's, in the state that `State` says. */
export function clientOfRtk<State>(
  baseQuery: BaseQuery,
  app: { readonly [Name in keyof State]: Reducer<State[Name]> },
): Pick<Client, 'request'> & { readonly store: Store<State> } {
  const api = createApi({
    baseQuery,
    endpoints: (build) => ({
      send: build.mutation<{ status: number; body: unknown }, FetchArgs>({
        query: (args) => args,
        transformResponse: (body, meta) => ({ status: meta?.response?.status ?? 0, body }),
      }),
    }),
  });
  const store = configureStore({
    reducer: { ...(app as Record<string, Reducer>), [api.reducerPath]: api.reducer },
    // What is left of the middleware in a production build.
    middleware: (defaults) =>
      defaults({ serializableCheck: false, immutableCheck: false, actionCreatorCheck: false }).concat(
        api.middleware,
      ),
  });
  return {
    store: store as unknown as Store<State>,
    async request(url, { signal, timeoutMs, ...init } = {}) {
      const sent = store.dispatch(
        api.endpoints.send.initiate(
          { url, ...init, ...(timeoutMs !== undefined && { timeout: timeoutMs }) },
          { track: false },
        ),
      );
      const abort = (): void => sent.abort();
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort);
      const { data, error } = await sent;
      signal?.removeEventListener('abort', abort);
      if (data) return data;
      if (error && 'status' in error && typeof error.status === 'number')
        return { status: error.status, body: error.data };
      // Its errors are plain objects.
      // eslint-disable-next-line typescript/only-throw-error
      throw error;
    },
  };
}
