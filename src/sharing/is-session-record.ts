import type { RefreshClaim, SessionRecord } from '../session/state/record.js';

/** Whether `value`, read from a place that others can write to, has the shape of a record. */
export function isSessionRecord(value: unknown): value is SessionRecord<unknown> {
  const record = value as SessionRecord<unknown> | null;
  return (
    typeof record === 'object' &&
    record !== null &&
    record.tokens !== undefined &&
    [record.generation, record.epoch, record.fence].every(Number.isSafeInteger) &&
    Number.isFinite(record.requestedAt) &&
    isClaim(record.claim) &&
    [record.lostAt, record.retryAt].every((at) => at === undefined || Number.isFinite(at))
  );
}

function isClaim(claim: RefreshClaim | null): boolean {
  if (claim === null) return true;
  return typeof claim === 'object' && [claim.fence, claim.claimedAt, claim.until].every(Number.isFinite);
}
