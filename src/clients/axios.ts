import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { invalidOption } from '../errors.js';
import { isStream, releaseStream } from '../policy/bodies.js';
import {
  guardOptions,
  resolveClientOptions,
  type ClientOptions,
  type RequestSessionOptions,
} from '../policy/client-options.js';
import { everyReading } from '../policy/combined-url.js';
import { endpointOf } from '../policy/endpoint.js';
import type { Session } from '../session/session.js';
import { abortOf } from './axios/abort.js';
import { ATTEMPT, attached, hideTokens } from './axios/attached.js';
import { createDispatch, type Transport } from './axios/dispatch.js';
import { finalUrl, judged } from './axios/judged.js';

export type { ClientOptions, RequestSessionOptions };

declare module 'axios' {
  interface AxiosRequestConfig {
    /** How Holdfast treats this request. */
    session?: RequestSessionOptions;
  }
}

type Config = InternalAxiosRequestConfig;
/** The adapter of a guarded instance, which knows what it sends with. */
type Guarded = AxiosAdapter & { [BENEATH]?: () => Transport };

export type GuardAxiosOptions<T> = ClientOptions<T, Config>;

const BENEATH: unique symbol = Symbol.for('holdfast.axios.beneath');

/**
 * Puts an axios instance under a session, beneath its interceptors: they, serialisers and loading counters see one
 * request and one response, however often it is sent.
 *
 * Returns the undo. Guarding an instance again takes the place of the earlier guard. Instances that are created from it
 * later are guarded along; a request that brings its own `adapter` goes unguarded.
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
  const settings = resolveClientOptions(options, session.warn);
  const { defaults } = instance;
  const original = beneath(defaults.adapter as Transport);
  const dispatch = createDispatch(instance);
  const isTrusted = (url: string): boolean => settings.allows(url, defaults.baseURL);
  let transport = original;

  const guarded: Guarded = async (config) => {
    // A mock that lets a request through hands it to the adapter that it found.
    if (ATTEMPT in config) return dispatch(config, original);
    const { session: turn, data } = config;
    if (turn?.skip || isOwnCall(config) || !allows(config) || settings.skip(config))
      return dispatch(config, transport);

    const abort = abortOf(config);
    let failure: Error | undefined;
    let isLate = false;
    let strayed = false;
    const guard = guardOptions<T, Config, AxiosResponse>(settings, {
      options: turn,
      signal: abort.signal,
      replayable: !isStream(data),
      read: judged,
      endpoint: () => endpointOf(config.method ?? 'get', config.url ?? ''),
      trusts(response) {
        const from = finalUrl(response);
        return !strayed && (from === undefined || isTrusted(from));
      },
      release: (response) => releaseStream(response.data),
    });
    const attempt = async (tokens: T | null): Promise<AxiosResponse> => {
      failure = undefined;
      // While it was held, another `<base href>` may have come.
      strayed = isLate && !allows(config);
      const sent = attached(config, tokens === null || strayed ? {} : settings.attach(tokens), isTrusted);
      try {
        const response = await dispatch(sent, transport);
        hideTokens(response, config);
        return response;
      } catch (error) {
        const reply = responseOf(error);
        hideTokens(error, config);
        hideTokens(reply, config);
        if (!reply) throw error;
        // `validateStatus` made an error of it, and it is a reply all the same.
        failure = error as Error;
        return reply;
      }
    };
    try {
      const answer = session.guard(attempt, guard);
      isLate = true;
      const response = await answer;
      if (failure) throw failure;
      return response;
    } finally {
      abort.release();
    }
  };

  function isOwnCall({ signal }: Config): boolean {
    return session.isOwnCall(signal as AbortSignal | undefined);
  }

  /** A base URL of the request's own is no reason to trust it. */
  function allows(config: Config): boolean {
    return everyReading(config, isTrusted);
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

/** What an instance that is guarded, or was created from one that is, sends with. */
function beneath(transport: Transport): Transport {
  return (transport as Guarded)[BENEATH]?.() ?? transport;
}

function responseOf(error: unknown): AxiosResponse | undefined {
  return (error as { response?: AxiosResponse } | null | undefined)?.response;
}
