import { throwIfAborted } from '../platform/abort.js';
import type { SessionCore } from '../core/session-core.js';
import type { RefreshReason } from '../state/state.js';
import { firstOf } from '../platform/first-of.js';
import type { OwnCalls } from './own-calls.js';
import { copyOf } from '../tokens/plain-tokens.js';
import { renewalAt } from '../state/transitions.js';
import type { WaitingRoom } from '../core/waiting-room.js';

/** A renewal as it runs. */
export type ActiveRenewal = {
  readonly reason: RefreshReason;
  /** Aborts the call of `refresh`: at its deadline, and once the renewal is over. */
  readonly controller: AbortController;
  /** How often somebody had signed in or out here when it began. */
  readonly signings: number;
  /** One before it has failed just now. */
  readonly isRepeated: boolean;
  /** How often `refresh` was called. */
  attempts: number;
  /** Whether somebody signed in or out, or brought tokens, so that nothing of it is wanted any more. */
  isOver(): boolean;
};

export type Unanswered = 'RefreshTimeout' | 'RefreshWaitedForItself';

/** Calls the user's `refresh` once, marked as the session's own call, and with a deadline. */
export type RefreshCall<T> = {
  begin(renewal: ActiveRenewal, tokens: T): Promise<unknown>;
  /** Settles as `answer` does, or, where it does not come in time, to the name of what kept it. */
  inTime<Value>(renewal: ActiveRenewal, answer: Promise<Value>): Promise<Value | Unanswered>;
};

export function createRefreshCall<T>(
  { settings, state, log }: SessionCore<T>,
  own: OwnCalls,
  room: Pick<WaitingRoom, 'held'>,
): RefreshCall<T> {
  const { clock, refreshTimeoutMs } = settings;
  return {
    async begin(renewal, tokens) {
      const { reason, controller } = renewal;
      const { signal } = controller;
      state.set(renewalAt(state.current, { calledAt: clock.now() }));
      log.emit({ type: 'refresh-started', reason, attempt: ++renewal.attempts });
      // A listener signed in or out: these tokens are not sent any more.
      throwIfAborted(signal);
      // Its own, to change in place if it likes.
      return own.run(() => settings.refresh(copyOf(tokens), { signal, reason }), signal);
    },
    inTime<Value>({ controller }: ActiveRenewal, answer: Promise<Value>) {
      return firstOf<Value | Unanswered>(
        clock,
        refreshTimeoutMs,
        controller.signal,
        () => answer,
        (by) => {
          // Somebody signed in or out: nobody needs it any more.
          if (by === 'abort') return 'RefreshTimeout';
          const { held } = room;
          controller.abort();
          // Whoever leaves now waited with the signal of this very refresh, wrapped by a client on the way.
          return room.held < held ? 'RefreshWaitedForItself' : 'RefreshTimeout';
        },
      );
    },
  };
}
