import type { RefreshReason } from '../state/state.js';
import { LONGEST_COOL_DOWN_MS } from '../state/failure.js';
import type { SessionRecord } from '../state/record.js';
import type { RenewalLimits, RenewalOutcome } from './records.js';

/** The outcome of a renewal that may not call `refresh` now; undefined where it may. */
export function notNow<T>(
  { retryAt = 0, lostAt = Infinity }: SessionRecord<T>,
  reason: RefreshReason,
  { clock, reuseGraceMs }: RenewalLimits,
): RenewalOutcome<T> | undefined {
  const now = clock.now();
  // One that lies too far ahead was written before the clock was set back.
  if (retryAt > now && retryAt <= now + LONGEST_COOL_DOWN_MS) {
    return { type: 'failed', failure: { kind: 'throttled', retryAt } };
  }
  // The refresh token may be spent, and the server's grace is over. So no refresh ahead of time: the tokens at hand are used
  // to their end. A request that cannot go without new ones still presents it, and a refusal then ends the session.
  const isSpent = now - lostAt >= reuseGraceMs;
  return reason === 'ageing' && isSpent ? { type: 'declined' } : undefined;
}
