import { createAlova, type Method } from 'alova';
import type { TokenAuthentication } from 'alova/client';
import adapterFetch from 'alova/fetch';
import type { Answer, Client, Setting, Tokens } from '../../contract.js';
import type { Feature } from '../../features.js';
import { createApp, type App } from './app.js';
import { parsed } from './fetch-client.js';

export const FEATURES_OF_ALOVA: readonly Feature[] = [
  'query',
  'shared-refresh',
  'refresh-function',
  'refresh-through-client',
  'sign-out',
  'anonymous',
  'ended-event',
  'several-sessions',
  'signal',
  'timeout',
  'http',
];

/** What both of its modes take. */
type Common = {
  readonly app: App;
  readonly assignToken: (method: Method) => void;
  readonly refresh: () => Promise<void>;
};

export function clientOfAlova(
  setting: Setting,
  authenticationFor: (common: Common) => TokenAuthentication,
): Client {
  const app = createApp({
    ...setting,
    refresh: (tokens) =>
      setting.refreshThroughClient ? refreshThroughAlova(tokens) : setting.refresh(tokens),
  });
  const { onAuthRequired, onResponseRefreshToken } = authenticationFor({
    app,
    assignToken({ config }) {
      if (!app.tokens) return;
      const { accessToken } = app.tokens;
      if (setting.attach === 'query') config.params = { ...(config.params as object), token: accessToken };
      else config.headers['Authorization'] = `Bearer ${accessToken}`;
    },
    refresh: async () => void (await app.refresh()),
  });
  const alova = createAlova({
    baseURL: setting.url,
    requestAdapter: adapterFetch(),
    cacheFor: null,
    shareRequest: false,
    beforeRequest: onAuthRequired(),
    responded: onResponseRefreshToken({
      onSuccess: async (response) => ({ status: response.status, body: parsed(await response.text()) }),
      onError(error) {
        throw error;
      },
    }),
  });

  async function refreshThroughAlova({ refreshToken }: Pick<Tokens, 'refreshToken'>): Promise<Tokens> {
    const method = alova.Post<Answer>(
      '/auth/refresh',
      { refreshToken },
      { meta: { authRole: 'refreshToken' } },
    );
    const { status, body } = await method;
    if (status !== 200) throw Object.assign(new Error(`the refresh was answered with ${status}`), { status });
    return body as Tokens;
  }

  return {
    // Its documentation wants requests that need no token to be marked.
    request: requestThrough(
      (config) => alova.Request<Answer>(config),
      () => (app.tokens ? {} : { authRole: null }),
    ),
    signIn: (tokens) => app.signIn(tokens),
    signOut: () => app.signOut(),
    tokens: () => app.tokens,
  };
}

type Config = {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly data?: FormData;
  readonly timeout?: number;
  readonly meta: object;
};

/** Makes what alova calls a method. */
type MakeMethod = (config: Config) => { send(): Promise<Answer>; abort(): unknown };

/** `meta`: how a request is marked. */
export function requestThrough(makeMethod: MakeMethod, meta: () => object = () => ({})): Client['request'] {
  return async (url, { method = 'GET', headers, body, signal, timeoutMs } = {}) => {
    const request = makeMethod({
      url,
      method,
      headers: { ...headers },
      ...(body !== undefined && { data: body as FormData }),
      ...(timeoutMs !== undefined && { timeout: timeoutMs }),
      meta: meta(),
    });
    const abort = (): void => void request.abort();
    const answer = request.send();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    return await answer.finally(() => signal?.removeEventListener('abort', abort));
  };
}
