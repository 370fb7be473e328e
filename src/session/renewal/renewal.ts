import { createAbortController } from '../platform/abort-controller.js';
import type { AskUser } from './ask-user.js';
import type { SessionCore } from '../core/session-core.js';
import { nameOf } from '../platform/name-of.js';
import type { RefreshReason } from '../state/state.js';
import type { RefreshFailure } from '../state/failure.js';
import type { SessionRecord } from '../state/record.js';
import type { Learn, Records, RenewalJob, RenewalOutcome } from '../core/records.js';
import type { ActiveRenewal } from './refresh-call.js';
import { renewalBegun, renewalFailed } from '../state/transitions.js';

/** Begins a renewal; none is under way. `unproven` names whom it is for, where nobody will hear whether it helped. */
export type StartRenewal = (reason: RefreshReason, unproven?: string) => void;

/** The one renewal of a session that may be under way, and what its outcome means here. */
export function createRenewals<T>(
  { settings, state, log }: SessionCore<T>,
  records: Pick<Records<T>, 'renew' | 'sync'>,
  learn: Learn<T>,
  jobFor: (renewal: ActiveRenewal, known: SessionRecord<T>) => RenewalJob<T>,
  askUser: AskUser<T>['ask'],
): StartRenewal {
  const { clock, retry } = settings;
  let lastId = 0;

  function start(reason: RefreshReason, unproven?: string): void {
    const { failure, sharedUntil, signings, record } = state.current;
    const now = clock.now();
    const id = ++lastId;
    const renewal: ActiveRenewal = {
      reason,
      controller: createAbortController(),
      signings,
      isRepeated: failure !== null && now < sharedUntil,
      attempts: 0,
      isOver: () => state.current.renewal?.id !== id,
    };
    state.set(renewalBegun(state.current, { id, reason, calledAt: now, unproven }));
    // A renewal is begun under a sign-in only, so there is a record.
    const known = record as SessionRecord<T>;
    // Not on the spot: `refresh` is the user's, and may sign out before whoever asked for this has begun to wait.
    void Promise.resolve().then(() => follow(renewal, known));
  }

  async function follow(renewal: ActiveRenewal, known: SessionRecord<T>): Promise<void> {
    if (renewal.isOver()) return;
    // Whoever signs in or out, or brings new tokens, makes it pointless.
    const unwatch = state.watch(() => {
      if (renewal.isOver()) renewal.controller.abort();
    });
    const outcome = await outcomeOf(renewal, known);
    // The answer to a question may come by signing in. Of all others the signal stays as it is: an answer after its
    // deadline may still come.
    if (outcome.type !== 'refused') unwatch();
    if (!renewal.isOver()) await takeIn(renewal, outcome);
    unwatch();
    if (!renewal.isOver()) state.set({ ...state.current, renewal: null, askedOf: undefined });
  }

  async function outcomeOf(renewal: ActiveRenewal, known: SessionRecord<T>): Promise<RenewalOutcome<T>> {
    try {
      return await records.renew(jobFor(renewal, known));
    } catch (error) {
      return { type: 'failed', failure: { kind: 'unavailable', error: nameOf(error) } };
    }
  }

  async function takeIn(renewal: ActiveRenewal, outcome: RenewalOutcome<T>): Promise<void> {
    switch (outcome.type) {
      case 'renewed':
        return learn(outcome.record, 'here');
      case 'moved':
        return learn(outcome.record, 'elsewhere');
      case 'refused': {
        const { record, reason, note } = outcome;
        if (record.tokens === null) return learn(record, 'here');
        return askUser(renewal, record, { reason, ...(note !== undefined && { note }) });
      }
      case 'failed':
        return takeFailure(outcome.failure);
      case 'declined':
        state.set({ ...state.current, renewal: null, restUntil: clock.now() + retry.maxMs });
    }
  }

  function takeFailure(failure: RefreshFailure): void {
    const { kind, retryAt } = failure;
    const now = clock.now();
    // So that not every request begins a refresh ahead of time. An earlier refresh token has to be presented again
    // while the server still takes it.
    const restMs = kind === 'ambiguous' ? Math.min(retry.maxMs, settings.reuseGraceMs / 2) : retry.maxMs;
    state.set(renewalFailed(state.current, failure, retryAt ?? now + restMs, retryAt ?? now + retry.maxMs));
    log.emit({ type: 'refresh-failed', ...failure });
    // While it was under way, what others wrote was left to it.
    records.sync();
  }

  return start;
}
