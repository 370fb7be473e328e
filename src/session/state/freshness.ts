import type { SessionRecord } from './record.js';
import { accessTokenOf, issuedAtOf } from '../tokens/tokens.js';

/** Until when tokens serve, in milliseconds since 1970; `Infinity` where only the server knows. */
export type Validity = {
  /** When the server stops taking them. */
  readonly expiresAt: number;
  /** Until then they are tried where new ones are not to be had: to their end, if that is known and not guessed. */
  readonly mayServeUntil: number;
  /** From here on they count as expired: `expiresAt` less the leeway. */
  readonly usableUntil: number;
  /** From here on a request starts a refresh in the background. */
  readonly ageingAt: number;
};

export type FreshnessOptions<T> = {
  readonly expiresAt: (tokens: T, receivedAt: number) => number | undefined;
  readonly leewayMs: number;
  readonly refreshAheadMs: number | undefined;
};

const UNKNOWN: Validity = {
  expiresAt: Infinity,
  mayServeUntil: Infinity,
  usableUntil: Infinity,
  ageingAt: Infinity,
};
const LONGEST_AHEAD_MS = 300_000;
/** What a slow login or refresh takes, and what clocks are apart that are right. */
const CLEARLY_MS = 30_000;

/**
 * Reads the expiry of a record, once a generation. `chance`, from 0 up to 1, spreads the clients of one server, so that
 * they do not all refresh ahead in the same second.
 *
 * Tokens asked for at 12:00:00 that live an hour expire at 13:00:00. With a leeway of 10 s they count as expired from
 * 12:59:50 on. A fifth of an hour before that would be 12:47:50, which is more than 5 minutes; so requests start a refresh
 * behind them from 12:54:50 on, 30 s sooner or later by chance. Of a minute's tokens, asked for at 12:00:00, these are
 * 12:01:00, 12:00:50 and, a fifth of a minute before that, 12:00:38.
 */
export function validityOf<T>(
  record: SessionRecord<T>,
  options: FreshnessOptions<T>,
  chance: number,
): Validity {
  const { tokens, requestedAt } = record;
  if (tokens === null) return UNKNOWN;
  const expiresAt = Number(options.expiresAt(tokens, requestedAt) ?? NaN);
  if (!Number.isFinite(expiresAt)) return UNKNOWN;
  const lifetimeMs = expiresAt - requestedAt;
  // Dead on arrival from a refresh: one of the two clocks is wrong, and refreshing again would bring the same. Without
  // a clock to trust the server's rejections decide.
  if (lifetimeMs <= 0 && record.generation > record.epoch) return UNKNOWN;

  const leewayMs = Math.min(options.leewayMs, Math.max(lifetimeMs, 0) / 4);
  const usableUntil = expiresAt - leewayMs;
  const aheadMs =
    (options.refreshAheadMs ?? Math.min(lifetimeMs / 5, LONGEST_AHEAD_MS)) * (0.9 + 0.2 * chance);
  // Never in the first half of its life: a refresh ahead that is longer than the lifetime would follow on itself.
  const ageingAt = Math.max(usableUntil - aheadMs, (requestedAt + usableUntil) / 2);
  const mayServeUntil = record.isGuess ? Infinity : expiresAt;
  return { expiresAt, mayServeUntil, usableUntil, ageingAt: Math.min(ageingAt, usableUntil) };
}

/**
 * Since when tokens that no refresh brought have lived, by the local clock: a JWT that was clearly issued before `now`
 * was kept somewhere meanwhile. `skewMs` is how far the local clock is ahead of the server's, as far as that is known.
 */
export function ageOf(tokens: unknown, now: number, skewMs: number): { requestedAt: number; isGuess?: true } {
  const issuedAt = (issuedAtOf(tokens) ?? NaN) + skewMs;
  return now - issuedAt > CLEARLY_MS ? { requestedAt: issuedAt, isGuess: true } : { requestedAt: now };
}

/** What a JWT shows of the skew that was issued for `record`, when it was asked for; undefined where it shows nothing. */
export function skewShownBy<T>(
  record: SessionRecord<T>,
  before: SessionRecord<T> | null | undefined,
): number | undefined {
  const { tokens, requestedAt, generation, epoch } = record;
  const issuedAt = issuedAtOf(tokens);
  // One that a sign-in brought, or that a refresh merely brought again, may be of any age.
  const isNew = generation > epoch && accessTokenOf(tokens) !== accessTokenOf(before?.tokens);
  if (!isNew || issuedAt === undefined) return undefined;
  const skewMs = requestedAt - issuedAt;
  return Math.abs(skewMs) > CLEARLY_MS ? skewMs : 0;
}
