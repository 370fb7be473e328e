import { notNow } from './not-now.js';
import { claimed, sameTokens, type Change, type Known, type SessionRecord } from '../state/record.js';
import type { Learn, Records, RenewalLimits } from './records.js';

/**
 * The record of a session that shares it with nobody: a variable. There is no lease and no lock, since nobody else can come
 * first, and no protocol runs.
 */
export function pageRecord<T>(limits: RenewalLimits, learn: Learn<T>): Records<T> {
  let standing: Known<T> = null;

  /**
   * Marks the record while a refresh is under way, as a store does. The late answer to an earlier refresh then finds another
   * version, and tokens from a reply find a claim, so that neither comes in between.
   */
  function claim(record: SessionRecord<T>): SessionRecord<T> {
    return (standing = claimed(record, limits.clock.now(), Infinity, false));
  }

  return {
    load() {
      learn(standing, 'load');
      return Promise.resolve();
    },
    sync() {},
    write: (change: Change<T>) => (standing = change(standing) ?? standing),
    async renew({ reason, known, signal, attempt, retryAfter }) {
      for (;;) {
        if (signal.aborted || !standing || !sameTokens(standing, known)) {
          return { type: 'moved', record: standing };
        }
        const outcome = notNow(standing, reason, limits) ?? (await attempt(claim(standing)));
        if (outcome && (outcome.type !== 'failed' || !(await retryAfter(outcome.failure)))) return outcome;
      }
    },
    close() {},
  };
}
