import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { invalidOption } from '../errors.js';
import { withoutQuery, type Attachment } from '../policy/attach.js';
import { isStream, releaseStream } from '../policy/bodies.js';
import {
  guardOptions,
  resolveClientOptions,
  type ClientOptions,
  type RequestSessionOptions,
} from '../policy/client-options.js';
import { createAbortController } from '../session/clock.js';
import type { Session } from '../session/session.js';
import { finalUrl, judged } from './axios/judged.js';

export type { ClientOptions, RequestSessionOptions };

declare module 'axios' {
  interface AxiosRequestConfig {
    /** How Holdfast treats this request. */
    session?: RequestSessionOptions;
  }
}

type Config = InternalAxiosRequestConfig;
type Transport = NonNullable<AxiosInstance['defaults']['adapter']>;
/** The adapter of a guarded instance, which knows what it sends with. */
type Guarded = AxiosAdapter & { [BENEATH]?: () => Transport };

export type GuardAxiosOptions<T> = ClientOptions<T, Config>;

const BENEATH: unique symbol = Symbol.for('holdfast.axios.beneath');

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
  const original = beneath(defaults.adapter as Transport);
  const dispatch = createDispatch(instance);
  const attempts = new WeakSet<Config>();
  let transport = original;

  const guarded: Guarded = async (config) => {
    // A mock that lets a request through hands it to the adapter that it found.
    if (attempts.has(config)) return dispatch(config, original);
    const { session: turn, data } = config;
    if (turn?.skip || isOwnCall(config) || !allows(config) || settings.skip(config))
      return dispatch(config, transport);

    const abort = abortOf(config);
    let failure: Error | undefined;
    const guard = guardOptions<T, Config, AxiosResponse>(settings, {
      options: turn,
      signal: abort.signal,
      replayable: !isStream(data),
      read: judged,
      trusts(response) {
        const from = finalUrl(response);
        return from === undefined || settings.allows(from, defaults.baseURL);
      },
      release: (response) => releaseStream(response.data),
    });
    try {
      const response = await session.guard(async (tokens) => {
        failure = undefined;
        try {
          return await attempt(config, tokens === null ? {} : settings.attach(tokens));
        } catch (error) {
          // `validateStatus` makes an error of a reply, which is a reply all the same.
          const { response: reply } = error as { response?: AxiosResponse };
          if (!reply) throw error;
          failure = error as Error;
          return reply;
        }
      }, guard);
      if (failure) throw failure;
      return response;
    } finally {
      abort.release();
    }
  };

  function isOwnCall({ signal }: Config): boolean {
    return session.isOwnCall(signal as AbortSignal | undefined);
  }

  /** The URL is put together as axios does it: a base URL of the request's own is no reason to trust it. */
  function allows({ baseURL, url = '', allowAbsoluteUrls }: Config): boolean {
    const stands = /^([a-z][a-z\d+.-]*:)?\/\//i.test(url) && allowAbsoluteUrls !== false;
    const whole = baseURL && !stands ? `${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}` : url;
    return settings.allows(whole, defaults.baseURL);
  }

  async function attempt(config: Config, { headers, query }: Attachment): Promise<AxiosResponse> {
    const sent = copyOf(config);
    attempts.add(sent);
    if (headers) {
      for (const [name, value] of Object.entries(headers)) sent.headers.set(name, value);
      sent.beforeRedirect = (target, ...rest) => {
        const { href, headers: forwarded } = target as Redirect;
        // What follows redirects in Node takes headers of one's own along to wherever it is sent.
        dropHeaders(forwarded, headers);
        if (settings.allows(href, defaults.baseURL)) Object.assign(forwarded, headers);
        config.beforeRedirect?.(target, ...rest);
      };
    }
    if (query) {
      sent.params = withParams(config.params, query);
      if (config.url !== undefined) sent.url = withoutQuery(config.url, query);
    }
    try {
      const response = await dispatch(sent, transport);
      hideTokens(response, config);
      return response;
    } catch (error) {
      hideTokens(error, config);
      hideTokens((error as { response?: unknown } | null)?.response, config);
      throw error;
    }
  }

  guarded[BENEATH] = () => transport;
  // Read while `request()` is still on the caller's stack: that is the moment to tell a call of `refresh` itself.
  const get = (): Transport => (session.isOwnCall() ? transport : (guarded as Transport));
  Object.defineProperty(defaults, 'adapter', {
    get,
    // A transport set later, by a mock, goes beneath; given back what it found, it has taken itself away.
    set(next: Transport) {
      transport = next === (guarded as Transport) ? original : beneath(next);
    },
    enumerable: true,
    configurable: true,
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(defaults, 'adapter')?.get !== get) return;
    Object.defineProperty(defaults, 'adapter', { value: transport, writable: true });
  };
}

type Redirect = { href: string; headers: Record<string, string> };

/** What an instance that is guarded, or was created from one that is, sends with. */
function beneath(transport: Transport): Transport {
  return (transport as Guarded)[BENEATH]?.() ?? transport;
}

/** Sends as axios itself would: a transport that is named (`xhr`, `http`, `fetch`) only axios can look up. */
function createDispatch(
  instance: AxiosInstance,
): (config: Config, transport: Transport) => Promise<AxiosResponse> {
  let bare: AxiosInstance | undefined;
  return (config, transport) => {
    if (typeof transport === 'function') return transport(config);
    bare ??= withoutDefaults(instance.create());
    // The body was serialised above already, and the reply is parsed there.
    return bare.request({ ...config, adapter: transport, transformRequest: [], transformResponse: [] });
  };
}

function withoutDefaults(instance: AxiosInstance): AxiosInstance {
  for (const name of Object.keys(instance.defaults)) Reflect.deleteProperty(instance.defaults, name);
  return instance;
}

/** One attempt's own config: the caller's and the interceptors' stay without tokens. */
function copyOf(config: Config): Config {
  const prototype = Object.getPrototypeOf(config.headers) as object;
  return { ...config, headers: Object.assign(Object.create(prototype) as Config['headers'], config.headers) };
}

function withParams(params: unknown, query: Readonly<Record<string, string>>): unknown {
  if (!(params instanceof URLSearchParams)) return { ...(params as object | undefined), ...query };
  const copy = new URLSearchParams(params);
  for (const [name, value] of Object.entries(query)) copy.set(name, value);
  return copy;
}

function dropHeaders(headers: object, dropped: Readonly<Record<string, string>>): void {
  const names = new Set(Object.keys(dropped).map((name) => name.toLowerCase()));
  for (const name of Object.keys(headers))
    if (names.has(name.toLowerCase())) Reflect.deleteProperty(headers, name);
}

/** Gives a response or an error the caller's config back, and takes the request out of what loggers print. */
function hideTokens(holder: unknown, config: Config): void {
  if (typeof holder !== 'object' || holder === null) return;
  if ('config' in holder) holder.config = config;
  if ('request' in holder)
    Object.defineProperty(holder, 'request', { value: holder.request, enumerable: false, writable: true });
}

type CancelToken = {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
};

/** One signal for both of axios's ways to abort, and what lets go of it. */
function abortOf(config: Config): { signal: AbortSignal | undefined; release(): void } {
  const signal = config.signal as AbortSignal | undefined;
  const token = config.cancelToken as CancelToken | undefined;
  if (!token) return { signal, release() {} };
  const controller = createAbortController();
  const cancel = (reason: unknown): void => controller.abort(reason);
  const abort = (): void => controller.abort(signal?.reason);
  token.subscribe(cancel);
  signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    release() {
      token.unsubscribe(cancel);
      signal?.removeEventListener('abort', abort);
    },
  };
}
