import { heldBack } from './hold-back.js';
import { sameTokens, type Change, type Known, type SessionRecord } from './record.js';
import type { Learn, Records, RenewalLimits } from './records.js';

/**
 * The record of a session that shares it with nobody: a variable. Nothing has to be claimed, since nobody can come first,
 * and no protocol runs.
 */
export function pageRecord<T>(limits: RenewalLimits, learn: Learn<T>): Records<T> {
  let standing: Known<T> = null;

  /** The fence goes up as in a store: a late answer to the refresh before must not come before that of this one. */
  function claim(record: SessionRecord<T>): SessionRecord<T> {
    return (standing = { ...record, fence: record.fence + 1 });
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
        const outcome = heldBack(standing, reason, limits) ?? (await attempt(claim(standing)));
        if (outcome && (outcome.type !== 'failed' || !(await retryAfter(outcome.failure)))) return outcome;
      }
    },
    close() {},
  };
}
