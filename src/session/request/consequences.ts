import type { Admission } from './admission.js';
import type { SessionCore } from '../core/session-core.js';
import { onceFor, type Fruitless } from '../core/fruitless.js';
import { endpointOf, type GuardOptions, type Turn } from './guard-options.js';
import type { SessionRecord } from '../state/record.js';
import type { TakeReplyTokens } from './reply-tokens.js';
import type { Signing } from '../core/sign-in.js';

/** What the reply to one request means for the session. `record` is what the request went out with. */
export type Consequences<T> = {
  /** The tokens were taken. A promise where the reply brought newer ones: the caller's next request is to carry them. */
  accepted<Reply>(
    record: SessionRecord<T>,
    reply: Reply,
    options: GuardOptions<Reply>,
  ): Promise<void> | undefined;
  /** They were rejected, and the request cannot be sent again: nobody waits for the refresh. */
  rejectedForGood(record: SessionRecord<T>, turn: Turn): void;
  /** They were rejected although they are new. */
  rejectedAfterRefresh(record: SessionRecord<T>, turn: Turn): void;
  /** The session is over. */
  signedOut(record: SessionRecord<T>, note: string | undefined): void;
};

export function createConsequences<T>(
  { settings, state }: SessionCore<T>,
  fruitless: Fruitless,
  admission: Pick<Admission<T>, 'start'>,
  signing: Pick<Signing<T>, 'signOut'>,
  takeReplyTokens: TakeReplyTokens<T>,
): Consequences<T> {
  const { clock } = settings;
  return {
    accepted(record, reply, options) {
      if (fruitless.counting) fruitless.accepted(endpointOf(options), clock.now());
      return options.renewedBy && takeReplyTokens(record, options.renewedBy(reply));
    },
    rejectedForGood({ tokens }, turn) {
      const { record, signingIn } = state.current;
      const isCurrent = tokens === record?.tokens && !signingIn;
      if (isCurrent) admission.start('rejected', onceFor(endpointOf(turn)), true);
    },
    rejectedAfterRefresh({ tokens, generation }, turn) {
      // Tokens that are no longer the current ones say nothing of those that came after them.
      const isCurrent = tokens === state.current.record?.tokens;
      if (isCurrent) fruitless.rejected(endpointOf(turn), generation, clock.now());
    },
    signedOut({ epoch }, note) {
      const { record, signingIn } = state.current;
      const stands = record && record.tokens !== null && record.epoch === epoch && !signingIn;
      if (stands) void signing.signOut('server', note);
    },
  };
}
