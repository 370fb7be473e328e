import type { EndReason } from '../../errors.js';
import type { Clock } from '../platform/clock.js';
import type { RefreshReason } from '../state/state.js';
import type { Ending, FailureClass } from '../state/failure.js';
import type { FruitlessOptions } from './fruitless.js';
import type { Awaitable } from '../platform/awaitable.js';
import type { ConnectedStore } from './records.js';

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
   * Asks your server for new tokens and resolves to them, whole or in part: what is left out stays as it was, but for
   * `expiresAt`, `expires_at`, `expiresIn` and `expires_in`, which say nothing of a new access token. `tokens` are its
   * own to change and give back. Reject with something that has a `status` (an axios error, or the `Response` itself) or an OAuth `error`, so that a refusal
   * can be told from bad luck; see `classify`.
   *
   * It may use a guarded client: a call made before its first `await`, or with `signal`, is neither held nor judged.
   * `signal` aborts when the deadline is over or the session ended, never because a caller left.
   */
  refresh(tokens: T, context: { signal: AbortSignal; reason: RefreshReason }): Awaitable<T | Partial<T>>;
  /**
   * Where the record lives, for as many sessions, tabs or processes as share it: `webStore()`, `tabsStore()`, or
   * `sharedStore()` around a store of your own. @default the page alone: this session object
   */
  store?: ConnectedStore<T>;
  /**
   * When the access token expires, in milliseconds since 1970; undefined where only the server knows. `receivedAt` is
   * when the call that brought the tokens was sent, or since when those live that `signIn` was given. A field of your own
   * that it reads has to come with every answer of `refresh`: what is left out stays as it was.
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
   * server, `Infinity` for one that does not rotate. After a refresh whose answer was lost, the old token is presented
   * within that time as if nothing had happened; later only when no request could go out otherwise. @default 10_000
   */
  reuseGraceMs?: number;
  /**
   * `always` holds every request while a refresh runs, also those whose token still serves: for servers where a new
   * token kills the old one at once. @default 'when-unusable'
   */
  holdWhileRefreshing?: 'when-unusable' | 'always';
  /**
   * Refreshes that may be in vain in a sliding window: an endpoint that rejects the new tokens too gets no more of them,
   * but a `refresh-failed` of kind `too-many`. Those that helped do not count; false turns it off.
   * @default { limit: 5, windowMs: 30_000 }
   */
  fruitlessRefreshes?: Partial<FruitlessOptions> | false;
  /**
   * What an error thrown by `refresh` means; undefined leaves it to the default. Only `ended` ends the session; a `note`
   * comes back in the `ended` event and in `session-ended`.
   *
   * Also asked where `refresh` resolved to something without tokens, such as `{ code: 40101 }` sent with status 200: with
   * an error named `BrokenAnswer` whose `answer` is what came. By default that is `ambiguous`.
   */
  classify?(error: unknown): FailureClass | Ending | undefined;
  /**
   * Called once when the refresh is definitively refused. Resolve with new tokens (from a login dialog, say) and the
   * held requests go on; with null, and the session ends, as it does where it throws. Calling `session.signIn()` from
   * the dialog is an answer too, whatever it resolves to then.
   * `signal` aborts when somebody signed in or out meanwhile, and after `askTimeoutMs`.
   *
   * Requests that begin while it runs do not wait for it, since it may be waiting for them: they go out without tokens,
   * as on the login page, and `session.tokens()` rejects with `session-ended`.
   */
  onExpired?(context: {
    reason: EndReason;
    note?: string;
    signal: AbortSignal;
    // A dialog that signs in by itself has nothing to resolve to.
    // eslint-disable-next-line typescript/no-invalid-void-type
  }): Awaitable<T | null | undefined | void>;
  /** How long an answer of `onExpired` is waited for. Then the session ends. @default 3_600_000 */
  askTimeoutMs?: number;
  /** @default systemClock */
  clock?: Clock;
}
