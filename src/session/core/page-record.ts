import { notNow } from './not-now.js';
import { claimed, sameTokens, type Change, type Known, type SessionRecord } from '../state/record.js';
import type { Learn, Records, RenewalLimits } from './records.js';

/**
 * The record of a session that shares it with nobody: a variable. Nothing has to be claimed, since nobody can come first,
 * and no protocol runs.
 */
export function pageRecord<T>(limits: RenewalLimits, learn: Learn<T>): Records<T> {
  let standing: Known<T> = null;

  /** As in a store, so that neither a late answer to the refresh before nor tokens from a reply come in between. */
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
