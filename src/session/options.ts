import { invalidOption, unknownOption, type EndReason } from '../errors.js';
import type { BreakerOptions } from './breaker.js';
import { systemClock, type Clock } from './clock.js';
import type { RefreshReason } from './events.js';
import { classifyFailure, type FailureClass } from './failure.js';
import { memoryStore, type Awaitable, type TokenStore } from './store.js';
import { standardExpiresAt, standardSubject } from './tokens.js';

/** How a refresh is repeated that left the refresh token unspent: full jitter over a doubling delay. */
export type RetryOptions = {
  /** How many times after the first. */
  readonly limit: number;
  /** The longest first delay, in milliseconds. */
  readonly baseMs: number;
  /** The longest delay, in milliseconds. */
  readonly maxMs: number;
};

/** What {@link createSession} takes. Only `refresh` is required; every duration is in milliseconds. */
export interface SessionOptions<T> {
  /**
   * Asks your server for new tokens and resolves to them, whole or in part: what is left out stays as it was. Reject
   * with something that has a `status` (an axios error, or the `Response` itself) or an OAuth `error`, so that a refusal
   * can be told from bad luck; see `classify`.
   *
   * It may use a guarded client: a call made before its first `await`, or with `signal`, is neither held nor judged.
   * `signal` aborts when the deadline is over or the session ended, never because a caller left.
   */
  refresh(tokens: T, context: { signal: AbortSignal; reason: RefreshReason }): Awaitable<T | Partial<T>>;
  /** Where the record lives. @default memoryStore() */
  store?: TokenStore<T>;
  /**
   * When the access token expires, in milliseconds since 1970; undefined where only the server knows. `receivedAt` is
   * when the call that brought the tokens was sent.
   *
   * @default reads `expiresAt` (ms), `expiresIn` or `expires_in` (s), or a JWT's `exp − iat`
   */
  expiresAt?(tokens: T, receivedAt: number): number | undefined;
  /** Who this is. After `onExpired`, held requests go on only for the same subject. @default a JWT's `sub` */
  subject?(tokens: T): string | undefined;
  /** Tokens count as expired this much early; never over a quarter of their lifetime. @default 10_000 */
  leewayMs?: number;
  /**
   * This long before that, the first request starts a refresh in the background and nobody is held; jittered by 10 %.
   * 0 turns it off. @default a fifth of the lifetime, at most 300_000
   */
  refreshAheadMs?: number;
  /** The deadline of one call of `refresh`. @default 30_000 */
  refreshTimeoutMs?: number;
  /** Only for failures that left the refresh token unspent, and only while somebody waits. */
  retry?: Partial<RetryOptions>;
  /**
   * With rotation: how long your server takes the old refresh token again after it gave out a new one. 0 for a strict
   * server, `Infinity` for one that does not rotate. @default 10_000
   */
  reuseGraceMs?: number;
  /**
   * `always` holds every request while a refresh runs, also those whose token still serves: for servers where a new
   * token kills the old one at once. @default 'when-unusable'
   */
  holdWhileRefreshing?: 'when-unusable' | 'always';
  /** Refreshes allowed in a sliding window; false turns it off. @default { limit: 5, windowMs: 30_000 } */
  breaker?: Partial<BreakerOptions> | false;
  /** What an error thrown by `refresh` means; undefined leaves it to the default. Only `ended` ends the session. */
  classify?(error: unknown): FailureClass | undefined;
  /**
   * Called once when the refresh is definitively refused. Resolve with new tokens (from a login dialog, say) and the
   * held requests go on; with null, and the session ends. `signal` aborts when somebody signed in or out meanwhile.
   */
  onExpired?(context: { reason: EndReason; signal: AbortSignal }): Awaitable<T | null>;
  /** @default systemClock */
  clock?: Clock;
}

/** The options with every default filled in. */
export type Settings<T> = {
  readonly refresh: SessionOptions<T>['refresh'];
  readonly store: TokenStore<T>;
  readonly expiresAt: (tokens: T, receivedAt: number) => number | undefined;
  readonly subject: (tokens: T) => string | undefined;
  readonly leewayMs: number;
  readonly refreshAheadMs: number | undefined;
  readonly refreshTimeoutMs: number;
  readonly retry: RetryOptions;
  readonly reuseGraceMs: number;
  readonly holdAlways: boolean;
  readonly breaker: BreakerOptions | false;
  readonly classify: (error: unknown) => FailureClass;
  readonly onExpired: SessionOptions<T>['onExpired'];
  readonly clock: Clock;
};

const KNOWN = [
  'refresh', 'store', 'expiresAt', 'subject', 'leewayMs', 'refreshAheadMs', 'refreshTimeoutMs', 'retry', 'reuseGraceMs',
  'holdWhileRefreshing', 'breaker', 'classify', 'onExpired', 'clock',
]; // prettier-ignore

/** Every default and every check. @throws `invalid-option` */
export function resolveOptions<T>(options: SessionOptions<T>): Settings<T> {
  if (!isObject(options)) throw invalidOption('options', 'an object', options);
  checkNames('', options, KNOWN);
  if (typeof options.refresh !== 'function') throw invalidOption('refresh', 'a function', options.refresh);

  const {
    holdWhileRefreshing = 'when-unusable',
    store = memoryStore<T>(),
    clock = systemClock,
    retry = {},
  } = options;
  if (holdWhileRefreshing !== 'always' && holdWhileRefreshing !== 'when-unusable') {
    throw invalidOption('holdWhileRefreshing', "'when-unusable' or 'always'", holdWhileRefreshing);
  }
  checkMethods('store', store, ['read', 'compareAndSet'], ['exclusive', 'subscribe']);
  checkMethods('clock', clock, ['now', 'setTimer'], ['random']);
  if (!isObject(retry)) throw invalidOption('retry', 'an object', retry);
  checkNames('retry.', retry, ['limit', 'baseMs', 'maxMs']);
  const ownClassify = optionalFunction(options, 'classify');

  return {
    // Bound, so that options given as an object with methods keep their `this`.
    refresh: (tokens, context) => options.refresh(tokens, context),
    store,
    expiresAt: quiet(optionalFunction(options, 'expiresAt') ?? standardExpiresAt),
    subject: quiet(optionalFunction(options, 'subject') ?? standardSubject),
    leewayMs: number('leewayMs', options.leewayMs, 10_000, 0),
    refreshAheadMs:
      options.refreshAheadMs === undefined
        ? undefined
        : number('refreshAheadMs', options.refreshAheadMs, 0, 0),
    refreshTimeoutMs: number('refreshTimeoutMs', options.refreshTimeoutMs, 30_000, 1),
    retry: {
      limit: number('retry.limit', retry.limit, 2, 0),
      baseMs: number('retry.baseMs', retry.baseMs, 300, 0),
      maxMs: number('retry.maxMs', retry.maxMs, 10_000, 0),
    },
    reuseGraceMs: number('reuseGraceMs', options.reuseGraceMs, 10_000, 0, true),
    holdAlways: holdWhileRefreshing === 'always',
    breaker: breakerOptions(options.breaker),
    classify: (error) => classified(ownClassify, error),
    onExpired: optionalFunction(options, 'onExpired'),
    clock,
  };
}

/** A reader of tokens that stumbles over a shape it did not expect knows nothing of them. */
function quiet<Values extends unknown[], Result>(reader: (...values: Values) => Result) {
  return (...values: Values): Result | undefined => {
    try {
      return reader(...values);
    } catch {
      return undefined;
    }
  };
}

const CLASSES: readonly unknown[] = ['ended', 'offline', 'throttled', 'unavailable', 'ambiguous'];

/** A `classify` that fails, or answers what is no class, leaves the question to the default. */
function classified(
  own: ((error: unknown) => FailureClass | undefined) | undefined,
  error: unknown,
): FailureClass {
  try {
    const answer = own?.(error);
    if (CLASSES.includes(answer)) return answer as FailureClass;
  } catch {
    // What it threw says nothing of the refresh.
  }
  return classifyFailure(error);
}

function breakerOptions(breaker: Partial<BreakerOptions> | false = {}): BreakerOptions | false {
  if (breaker === false) return false;
  if (!isObject(breaker)) throw invalidOption('breaker', 'an object or false', breaker);
  checkNames('breaker.', breaker, ['limit', 'windowMs']);
  return {
    limit: number('breaker.limit', breaker.limit, 5, 1),
    windowMs: number('breaker.windowMs', breaker.windowMs, 30_000, 1),
  };
}

function checkNames(path: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownOption(path + unknown, known);
}

function number(option: string, value: unknown, fallback: number, least: number, endless = false): number {
  if (value === undefined) return fallback;
  const fits = typeof value === 'number' && value >= least && (endless || Number.isFinite(value));
  if (!fits)
    throw invalidOption(option, `a number of at least ${least}${endless ? ', or Infinity' : ''}`, value);
  return value;
}

function optionalFunction<Options extends object, Name extends keyof Options & string>(
  options: Options,
  name: Name,
): Options[Name] {
  const value: unknown = options[name];
  if (value === undefined) return undefined as Options[Name];
  if (typeof value !== 'function') throw invalidOption(name, 'a function', value);
  return value.bind(options) as Options[Name];
}

function checkMethods(option: string, value: unknown, required: string[], optional: string[]): void {
  if (!isObject(value)) throw invalidOption(option, `an object with ${required.join(', ')}`, value);
  for (const name of [...required, ...optional]) {
    const method = value[name];
    if (typeof method === 'function' || (method === undefined && optional.includes(name))) continue;
    throw invalidOption(`${option}.${name}`, 'a function', method);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
