import { AN_OBJECT, A_FUNCTION, checkOptions, numberFrom, oneOf, type Rule } from '../../checks.js';
import { systemClock, type Clock } from '../platform/clock.js';
import { classifyFailure, type Ending, type FailureClass } from '../state/failure.js';
import type { FruitlessOptions } from './fruitless.js';
import type { RetryOptions, SessionOptions } from './options.js';
import { standardExpiresAt, standardSubject } from '../tokens/tokens.js';

/** The options with every default filled in. */
export type Settings<T> = {
  readonly refresh: SessionOptions<T>['refresh'];
  readonly expiresAt: (tokens: T, receivedAt: number) => number | undefined;
  readonly subject: (tokens: T) => string | undefined;
  readonly leewayMs: number;
  readonly refreshAheadMs: number | undefined;
  readonly refreshTimeoutMs: number;
  readonly retry: RetryOptions;
  readonly reuseGraceMs: number;
  readonly holdAlways: boolean;
  readonly fruitlessRefreshes: FruitlessOptions | false;
  readonly classify: (error: unknown) => { readonly kind: FailureClass; readonly note?: string };
  readonly onExpired: SessionOptions<T>['onExpired'];
  readonly askTimeoutMs: number;
  readonly clock: Clock;
};

/** A store by itself says nothing of how a refresh is shared: `sharedStore()` brings that. */
const A_SHARED_STORE: Rule = [
  'webStore(), tabsStore(), memoryStore() or sharedStore(yourTokenStore)',
  (value) => typeof (value as { connect?: unknown } | null)?.connect === 'function',
];

const SESSION_RULES: Record<keyof SessionOptions<unknown>, Rule> = {
  refresh: A_FUNCTION,
  store: A_SHARED_STORE,
  expiresAt: A_FUNCTION,
  subject: A_FUNCTION,
  leewayMs: numberFrom(0),
  refreshAheadMs: numberFrom(0),
  refreshTimeoutMs: numberFrom(1),
  retry: AN_OBJECT,
  reuseGraceMs: numberFrom(0, Infinity),
  holdWhileRefreshing: oneOf('when-unusable', 'always'),
  fruitlessRefreshes: ['an object or false', (value) => value === false || AN_OBJECT[1](value)],
  classify: A_FUNCTION,
  onExpired: A_FUNCTION,
  askTimeoutMs: numberFrom(1),
  clock: AN_OBJECT,
};

const RETRY_RULES = { limit: numberFrom(0), baseMs: numberFrom(0), maxMs: numberFrom(0) };
const FRUITLESS_RULES = {
  limit: [
    'a whole number of at least 1',
    (value: unknown) => Number.isInteger(value) && (value as number) > 0,
  ],
  windowMs: numberFrom(1),
} satisfies Record<string, Rule>;
const CLOCK_RULES = { random: A_FUNCTION, now: A_FUNCTION, setTimer: A_FUNCTION };

/** Every default and every check. @throws `invalid-option` */
export function resolveOptions<T>(options: SessionOptions<T>): Settings<T> {
  checkOptions('', options, SESSION_RULES, ['refresh']);
  const {
    clock = systemClock,
    retry = {},
    fruitlessRefreshes = {},
    leewayMs = 10_000,
    refreshAheadMs,
    refreshTimeoutMs = 30_000,
    reuseGraceMs = 10_000,
    askTimeoutMs = 3_600_000,
  } = options;
  checkOptions('clock', clock, CLOCK_RULES, ['now', 'setTimer'], true);
  checkOptions('retry', retry, RETRY_RULES);
  if (fruitlessRefreshes) checkOptions('fruitlessRefreshes', fruitlessRefreshes, FRUITLESS_RULES);

  return {
    // Called as methods, so that options given as an object with methods keep their `this`.
    refresh: (tokens, context) => options.refresh(tokens, context),
    clock,
    expiresAt: quiet((tokens, receivedAt) =>
      options.expiresAt ? options.expiresAt(tokens, receivedAt) : standardExpiresAt(tokens, receivedAt),
    ),
    subject: quiet((tokens) => (options.subject ? options.subject(tokens) : standardSubject(tokens))),
    leewayMs,
    refreshAheadMs,
    refreshTimeoutMs,
    retry: { limit: 2, baseMs: 300, maxMs: 10_000, ...defined(retry) },
    reuseGraceMs,
    holdAlways: options.holdWhileRefreshing === 'always',
    fruitlessRefreshes: fruitlessRefreshes && { limit: 5, windowMs: 30_000, ...defined(fruitlessRefreshes) },
    classify(error) {
      const own = quiet((thrown: unknown) => options.classify?.(thrown))(error);
      const said = typeof own === 'object' ? own : { kind: own };
      if (said?.kind && CLASSES.includes(said.kind)) return said as Ending;
      // Not even that can be read of some errors.
      return { kind: quiet(classifyFailure)(error) ?? 'ambiguous' };
    },
    onExpired: options.onExpired?.bind(options),
    askTimeoutMs,
  };
}

const CLASSES: readonly FailureClass[] = ['ended', 'offline', 'throttled', 'unavailable', 'ambiguous'];

/** What is undefined is left to the default. */
function defined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

/** A function of the user that stumbles over a shape it did not expect knows nothing of it. */
function quiet<Values extends unknown[], Result>(reader: (...values: Values) => Result) {
  return (...values: Values): Result | undefined => {
    try {
      return reader(...values);
    } catch {
      return undefined;
    }
  };
}
