// Brings in what is added to below.
// eslint-disable-next-line unicorn/require-module-specifiers, import/no-empty-named-blocks
import type {} from 'axios';
import { invalidOption } from '../errors.js';
import { isStream, releaseStream } from '../policy/bodies.js';
import {
  bringsCredentials,
  guardOptions,
  resolveClientOptions,
  type ClientOptions,
  type ClientSettings,
  type RequestSessionOptions,
} from '../policy/client-options.js';
import { everyReading } from '../policy/combined-url.js';
import { endpointOf } from '../policy/endpoint.js';
import { readFields } from '../policy/replies.js';
import type { GuardOptions } from '../session/guard-options.js';
import type { Session } from '../session/session.js';
import { abortOf } from './axios/abort.js';
import { ATTEMPT } from './axios/attached.js';
import { send, type Sending } from './axios/attempt.js';
import { asCalled } from './axios/body.js';
import { concealUpload } from './axios/concealed.js';
import { createDispatch } from './axios/dispatch.js';
import { inTermsOfAxios } from './axios/failures.js';
import { headerOf } from './axios/headers.js';
import { createProgress } from './axios/progress.js';
import { finalUrl } from './axios/redirects.js';
import type {
  Adapter,
  AxiosLike,
  AxiosRequest,
  Config,
  Instance,
  Response,
  Transport,
} from './axios/shapes.js';
import { createUpload } from './axios/upload.js';

export type { AxiosLike, AxiosRequest, ClientOptions, RequestSessionOptions };

declare module 'axios' {
  interface AxiosRequestConfig {
    /** How Holdfast treats this request. */
    session?: RequestSessionOptions;
  }
}

/** `Request` is what the guarded copy of axios calls one. */
export type GuardAxiosOptions<T, Request = AxiosRequest> = ClientOptions<T, Request>;

/** The adapter of a guarded instance, which knows what it sends with, and its `create`. */
type Guarded<Wrapped> = Wrapped & { [BENEATH]?: () => Wrapped };

/** Without tokens. */
const NOTHING = {};

const BENEATH: unique symbol = Symbol.for('holdfast.axios.beneath');

/**
 * Puts an axios instance under a session, beneath its interceptors: they, serialisers and loading counters see one
 * request and one response, however often it is sent.
 *
 * Returns the undo. Guarding an instance again takes the place of the earlier guard. Instances that are created from it
 * later are guarded along, until the undo; tokens go to their base URL where it has none itself and is not the default
 * export, from which anybody may create. A request that brings its own `adapter` goes unguarded.
 *
 * An error of Holdfast's own carries the request's `config` and, where a reply had come, that as `response`. A stream in
 * it was let go of where the reply was not the last.
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
export function guardAxios<T, Request = AxiosRequest>(
  instance: AxiosLike<Request>,
  session: Session<T>,
  options: GuardAxiosOptions<T, Request> = {},
): () => void {
  if (typeof instance?.request !== 'function' || typeof instance.defaults !== 'object') {
    throw invalidOption('guardAxios(instance)', 'an axios instance', instance);
  }
  const settings = resolveClientOptions(options as GuardAxiosOptions<T, Config>, session.warn);
  const root = instance as unknown as Instance;
  const family = { isGuarded: true };
  const undo = install(root, session, settings, family, () => root.defaults.baseURL);
  return () => {
    family.isGuarded = false;
    undo();
  };
}

function install<T>(
  instance: Instance,
  session: Session<T>,
  settings: ClientSettings<T, Config>,
  family: { isGuarded: boolean },
  ownBase: () => string | undefined,
): () => void {
  const { defaults } = instance;
  const original = beneath(defaults.adapter);
  const create = instance.create && beneath(instance.create);
  const dispatch = createDispatch(
    () => create?.() ?? new (instance.constructor as new (config: object) => Instance)({}),
  );
  const isTrusted = (url: string): boolean => settings.allows(url, ownBase());
  let transport = original;

  const refuses = settings.crossOriginRedirects === 'refuse';

  const guarded: Guarded<Adapter> = async (config) => {
    // A mock that lets a request through hands it to the adapter that it found.
    if (ATTEMPT in config) return dispatch(config, original);
    const own = asCalled(config);
    if (!family.isGuarded || leavesAlone(own)) return pass(config, own);
    const authorization = authorizationOf(own);
    if (authorization && (await bringsCredentials(settings, session, authorization)))
      return pass(config, own);

    const abort = abortOf(config);
    const progress = createProgress(config);
    const { session: turn } = config;
    const keepsBody = turn?.replay ?? settings.replay;
    const upload = keepsBody ? createUpload(own.data, turn?.bufferBytes ?? settings.bufferBytes) : undefined;
    let isLate = false;
    let strayed = false;
    const guard = guardOptions<T, Config, Response>(settings, {
      options: turn,
      signal: abort.signal,
      replayable: upload ? upload.isWhole : !isStream(own.data),
      read: readFields,
      endpoint: () => endpointOf(own.method ?? 'get', own.url ?? ''),
      trusts(response) {
        const from = finalUrl(response);
        return !strayed && (from === undefined || isTrusted(from));
      },
      ...(upload && { stop: upload.stop }),
      release: (response) => releaseStream(response.data),
    });
    const sending: Sending = { config, own, dispatch, transport, isTrusted, refuses, failure: undefined };
    if (upload || progress)
      sending.prepare = (sent) => {
        if (upload) sent.data = upload.body();
        progress?.begin(sent);
      };
    if (!upload) concealUpload(own.data, config);
    try {
      const answer = session.guard((tokens) => {
        // While it was held, another `<base href>` may have come.
        strayed = isLate && !allows(own);
        return send(sending, tokens === null || strayed ? NOTHING : settings.attach(tokens));
      }, overlookingTimeouts(guard));
      isLate = true;
      const reply = await answer;
      progress?.end();
      if (sending.failure !== undefined) throw sending.failure as Error;
      return reply;
    } catch (error) {
      throw inTermsOfAxios(error, config);
    } finally {
      abort.release();
      upload?.settle();
    }
  };

  /** What is not guarded goes out as the caller's own. */
  async function pass(config: Config, own: Config): Promise<Response> {
    if (typeof transport === 'function') return transport(config);
    const sending: Sending = { config, own, dispatch, transport, isTrusted, refuses, failure: undefined };
    const reply = await send(sending, NOTHING);
    if (sending.failure !== undefined) throw sending.failure as Error;
    return reply;
  }

  function leavesAlone(config: Config): boolean {
    if (config.session?.skip || session.isOwnCall(config.signal)) return true;
    return !allows(config) || settings.skip(config);
  }

  /** A base URL of the request's own is no reason to trust it. */
  function allows(config: Config): boolean {
    return everyReading(config, isTrusted);
  }

  // What a mock found it gives back, also when this guard is gone: then without what was set in its time.
  guarded[BENEATH] = () => (isInstalled() ? transport : original) as Adapter;
  // Read while `request()` is still on the caller's stack: that is the moment to tell a call of `refresh` itself.
  const get = (): Transport => (session.isOwnCall() ? transport : guarded);
  const isInstalled = (): boolean => Object.getOwnPropertyDescriptor(defaults, 'adapter')?.get === get;
  Object.defineProperty(defaults, 'adapter', {
    get,
    // A transport set later, by a mock, goes beneath; given back what it found, it has taken itself away.
    set(next: Transport) {
      transport = next === guarded ? original : beneath(next);
    },
    enumerable: true,
    configurable: true,
  });

  const createGuarded: Guarded<NonNullable<Instance['create']>> | undefined =
    create &&
    ((config) => {
      const child = create(config);
      // Anybody creates from the default export, for whatever place.
      const childBase = (): string | undefined =>
        ownBase() || (instance.VERSION ? undefined : child.defaults.baseURL);
      if (family.isGuarded) install(child, session, settings, family, childBase);
      return child;
    });
  if (createGuarded) {
    createGuarded[BENEATH] = () => create as NonNullable<typeof create>;
    instance.create = createGuarded;
  }

  return () => {
    if (create && instance.create === createGuarded) instance.create = create;
    if (isInstalled()) Object.defineProperty(defaults, 'adapter', { value: transport, writable: true });
    transport = original;
  };
}

/** What an instance that is guarded, or was created from one that is, sends with. */
function beneath<Wrapped>(wrapped: Wrapped): Wrapped {
  return (wrapped as Guarded<Wrapped> | undefined)?.[BENEATH]?.() ?? wrapped;
}

/** With `auth` axios makes a header of its own, and takes any other away. */
function authorizationOf({ auth, headers }: Config): string | undefined {
  return auth ? 'Basic credentials' : headerOf(headers, 'authorization');
}

/** What the caller's own timeout or abort broke off says nothing of the tokens. */
function overlookingTimeouts(guard: GuardOptions<Response>): GuardOptions<Response> {
  const { judgeThrown } = guard;
  guard.judgeThrown = (error) => {
    const { code } = Object(error) as { code?: unknown };
    return /^(ECONNABORTED|ETIMEDOUT|ERR_CANCELED)$/.test(String(code))
      ? 'pass'
      : (judgeThrown?.(error) ?? 'pass');
  };
  return guard;
}
