import { throwIfAborted } from '../platform/abort.js';
import type { Admission } from './admission.js';
import { askFor, endingOf, type Ask } from '../state/admit.js';
import type { SessionCore } from '../core/session-core.js';
import { signedInAs } from '../state/state.js';
import { sameSecrets } from '../tokens/tokens.js';
import type { WaitingRoom } from '../core/waiting-room.js';

/** Tokens for what is no guarded client: those that serve now, or newer ones where they `areOutdated`. */
export type TokensByHand<T> = (
  signal: AbortSignal | undefined,
  byHand: 'rejected' | 'forced',
  areOutdated: (tokens: T) => boolean,
) => Promise<T>;

export function createTokensByHand<T>(
  { state }: SessionCore<T>,
  room: Pick<WaitingRoom, 'wait'>,
  admission: Admission<T>,
): TokensByHand<T> {
  return async function tokensByHand(signal, byHand, areOutdated) {
    throwIfAborted(signal);
    const begun = state.current;
    // Which tokens are outdated can be told only once it is known whose there are.
    while (state.current.record === undefined || state.current.signingIn) {
      await room.wait(signal, false);
      throwIfAborted(signal);
    }
    const known = signedInAs(state.current);
    const outdated = known && areOutdated(known.tokens as T) ? known.tokens : undefined;
    const ask: Ask<T> = { ...askFor(begun), epoch: known?.epoch, outdated, byHand };
    let record;
    while ((record = admission.look({ signal }, ask)) === undefined) await admission.wait({ signal }, ask);
    if (record === null || record.tokens === null) throw endingOf(state.current);
    return record.tokens;
  };
}

/** Whether the current tokens are those that a server has rejected. */
export function areRejected<T>(tokens: T, rejected: T | undefined): boolean {
  return rejected !== undefined && (tokens === rejected || sameSecrets(rejected, tokens));
}
