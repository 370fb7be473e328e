import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { invalidOption } from '../errors.js';
import { withQuery, type Attachment } from '../policy/attach.js';
import {
  guardOptions, isStream, parseBody, releaseStream, resolveClientOptions,
  type ClientOptions, type RequestSessionOptions,
} from '../policy/client-options.js'; // prettier-ignore
import type { JudgedReply } from '../policy/judge.js';
import type { Session } from '../session/session.js';

export type { ClientOptions, RequestSessionOptions };

declare module 'axios' {
  interface AxiosRequestConfig {
    /** How Holdfast treats this request. */
    session?: RequestSessionOptions;
  }
}

type Config = InternalAxiosRequestConfig;
type Transport = NonNullable<AxiosInstance['defaults']['adapter']>;

export type GuardAxiosOptions<T> = ClientOptions<T, Config>;

/** What an attempt came to: a response, also where `validateStatus` made an error of it. */
type Outcome = { readonly response: AxiosResponse; readonly error?: unknown };

const UNDO = Symbol.for('holdfast.axios.undo');

/**
 * Puts an axios instance under a session, beneath its interceptors: they, serialisers and loading counters see one
 * request and one response, however often it is sent.
 *
 * Returns the undo. Guarding an instance again first undoes what was there; a request that brings its own `adapter`
 * goes unguarded.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import axios from 'axios';
 * import { createSession, envelope, query } from 'holdfast';
 * import { guardAxios } from 'holdfast/axios';
 *
 * type Tokens = { accessToken: string; refreshToken: string };
 * declare const session: ReturnType<typeof createSession<Tokens>>;
 *
 * export const client = axios.create({ baseURL: '/api' });
 * guardAxios(client, session, {
 *   attach: query(({ accessToken }) => ({ token: accessToken })),
 *   judge: envelope({ code: 'errcode', refresh: [40001, 42001] }),
 * });
 * ```
 */
export function guardAxios<T>(
  instance: AxiosInstance,
  session: Session<T>,
  options: GuardAxiosOptions<T> = {},
): () => void {
  if (typeof instance?.request !== 'function' || typeof instance.defaults !== 'object') {
    throw invalidOption('guardAxios(instance)', 'an axios instance', instance);
  }
  const settings = resolveClientOptions(options);
  const { defaults } = instance;
  undoOf(Object.getOwnPropertyDescriptor(defaults, 'adapter')?.get)?.();
  let transport = defaults.adapter as Transport;

  async function guarded(config: Config): Promise<AxiosResponse> {
    const { session: turn, data } = config;
    const dispatch = dispatcher(instance, transport);
    if (turn?.skip || !allows(config) || settings.skip(config)) return dispatch(config);

    const abort = abortOf(config);
    const guard = guardOptions<T, Config, Outcome>(settings, turn, abort.signal, !isStream(data), judged);
    const { judge, replay } = guard;
    let sends = 0;
    guard.judge = (outcome) => {
      const verdict = judge?.(outcome) ?? 'pass';
      // The caller never sees this reply: its connection is free for the second.
      if (sends === 1 && replay !== false && isStream(outcome.response.data)) {
        return Promise.resolve(verdict).then((final) => {
          if (final === 'refresh') releaseStream(outcome.response.data);
          return final;
        });
      }
      return verdict;
    };
    try {
      const { response, error } = await session.guard((tokens) => {
        sends++;
        return attempt(config, dispatch, tokens === null ? {} : settings.attach(tokens));
      }, guard);
      if (error !== undefined) throw error;
      return response;
    } finally {
      abort.release();
    }
  }

  function allows({ url = '', allowAbsoluteUrls }: Config): boolean {
    const { baseURL } = defaults;
    const stands = !baseURL || (/^([a-z][a-z\d+.-]*:)?\/\//i.test(url) && allowAbsoluteUrls !== false);
    return settings.allows(
      stands ? url : `${baseURL.replace(/\/?\/$/, '')}/${url.replace(/^\/+/, '')}`,
      baseURL,
    );
  }

  /** No token goes along to another origin, by whatever header; what follows redirects in Node keeps most of them. */
  async function attempt(
    config: Config,
    dispatch: AxiosAdapter,
    { headers, query }: Attachment,
  ): Promise<Outcome> {
    const sent = copyOf(config);
    if (headers) {
      for (const name in headers) sent.headers.set(name, headers[name] ?? '');
      const before = config.beforeRedirect;
      sent.beforeRedirect = (target, ...rest) => {
        const { href } = target as { href?: string };
        if (!settings.allows(href ?? '', defaults.baseURL)) dropHeaders(target['headers'] as object, headers);
        before?.(target, ...rest);
      };
    }
    if (query) {
      sent.params = withParams(config.params, query);
      if (sent.url?.includes('?')) sent.url = withQuery(sent.url, query, true);
    }
    try {
      const response = await dispatch(sent);
      response.config = config;
      return { response };
    } catch (error) {
      const response = withoutTokens(error, config);
      if (response) return { response, error };
      throw error;
    }
  }

  // Read while `request()` is still on the caller's stack: that is the moment to tell a call of `refresh` itself.
  const get = (): Transport => (session.isOwnCall() ? transport : (guarded as Transport));
  const undo = (): void => {
    if (Object.getOwnPropertyDescriptor(defaults, 'adapter')?.get !== get) return;
    Object.defineProperty(defaults, 'adapter', {
      value: transport,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  Object.defineProperty(get, UNDO, { value: undo });
  Object.defineProperty(defaults, 'adapter', {
    get,
    // A transport set later, by a mock, goes beneath.
    set: (next: Transport) => {
      if (next !== (guarded as Transport)) transport = next;
    },
    enumerable: true,
    configurable: true,
  });
  return undo;
}

function undoOf(getter: unknown): (() => void) | undefined {
  return (getter as { [UNDO]?: () => void } | undefined)?.[UNDO];
}

/** Sends as axios itself would; a transport that is named (`xhr`, `http`, `fetch`) is looked up by axios. */
function dispatcher(instance: AxiosInstance, transport: Transport): AxiosAdapter {
  if (typeof transport === 'function') return transport as AxiosAdapter;
  // Everything was done above already: interceptors, serialising; parsing follows above.
  const bare = instance.create({ adapter: transport, transformRequest: [], transformResponse: [] });
  bare.defaults.headers = {} as typeof bare.defaults.headers;
  return (config) =>
    bare.request({ ...config, adapter: transport, transformRequest: [], transformResponse: [] });
}

/** One attempt's own config: the caller's and the interceptors' stay without tokens. */
function copyOf(config: Config): Config {
  const prototype = Object.getPrototypeOf(config.headers) as object;
  return { ...config, headers: Object.assign(Object.create(prototype) as Config['headers'], config.headers) };
}

function withParams(params: unknown, query: Readonly<Record<string, string>>): unknown {
  if (!(params instanceof URLSearchParams)) return { ...(params as object | undefined), ...query };
  const copy = new URLSearchParams(params);
  for (const name in query) copy.set(name, query[name] ?? '');
  return copy;
}

function dropHeaders(headers: object, dropped: Readonly<Record<string, string>>): void {
  const names = new Set(Object.keys(dropped).map((name) => name.toLowerCase()));
  for (const name of Object.keys(headers))
    if (names.has(name.toLowerCase())) Reflect.deleteProperty(headers, name);
}

/** Takes the attempt's config out of an error, and its request out of what loggers print; returns its response. */
function withoutTokens(error: unknown, config: Config): AxiosResponse | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { response } = error as { response?: AxiosResponse };
  for (const holder of [error, response] as { config?: Config; request?: unknown }[]) {
    if (!holder) continue;
    if (holder.config) holder.config = config;
    if (holder.request)
      Object.defineProperty(holder, 'request', { value: holder.request, enumerable: false });
  }
  return response;
}

function judged({ response }: Outcome): JudgedReply {
  const headers = response.headers as Record<string, unknown> & { get?: (name: string) => unknown };
  const header = (name: string): string | null => {
    const value = typeof headers.get === 'function' ? headers.get(name) : headers[name.toLowerCase()];
    return value === undefined || value === null ? null : String(value);
  };
  return { status: response.status, header, body: () => bodyOf(response, header('content-type') ?? '') };
}

/** What a judge reads, whatever `responseType` asked for. A stream stays unread: it is the caller's. */
function bodyOf({ data }: AxiosResponse<unknown>, type: string): unknown {
  if (typeof data === 'string') return parseBody(data);
  if (typeof data !== 'object' || data === null || isStream(data)) return undefined;
  const isText = /[/+]json\b|^text\/plain/.test(type);
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    return isText ? parseBody(new TextDecoder().decode(data)) : undefined;
  }
  const { text, type: ownType = '' } = data as { text?: unknown; type?: string };
  if (typeof text !== 'function') return data;
  return isText || /json/.test(ownType) ? (data as Blob).text().then(parseBody) : undefined;
}

/** One signal for both of axios's ways to abort, and what lets go of it. */
function abortOf({ signal, cancelToken }: Config): { signal: AbortSignal | undefined; release(): void } {
  if (!cancelToken) return { signal: signal as AbortSignal | undefined, release() {} };
  const controller = new AbortController();
  const token = cancelToken as typeof cancelToken & {
    subscribe(listener: (reason: unknown) => void): void;
    unsubscribe(listener: (reason: unknown) => void): void;
  };
  const cancel = (reason: unknown): void => controller.abort(reason);
  const abort = (): void => controller.abort((signal as AbortSignal).reason);
  token.subscribe(cancel);
  signal?.addEventListener?.('abort', abort);
  return {
    signal: controller.signal,
    release() {
      token.unsubscribe(cancel);
      signal?.removeEventListener?.('abort', abort);
    },
  };
}
