import { refreshFailed, withReply } from '../../errors.js';
import { throwIfAborted } from '../platform/abort.js';
import { admit, endingOf, type Decision, type Ask } from '../state/admit.js';
import type { SessionCore } from '../core/session-core.js';
import type { RefreshReason } from '../state/state.js';
import { BY_CLOCK, FORCED, REFUSED, type Fruitless } from '../core/fruitless.js';
import type { Validity } from '../state/freshness.js';
import type { Known } from '../state/record.js';
import type { Records } from '../core/records.js';
import type { StartRenewal } from '../renewal/renewal.js';
import { signedInAs } from '../state/state.js';
import { endpointOf, type Turn } from './guard-options.js';
import type { WaitingRoom } from '../core/waiting-room.js';

/** Lets requests go, and sees to it that what they wait for is under way. */
export type Admission<T> = {
  /**
   * The record whose tokens the request goes out with now, null: with none, undefined: it has to wait, and the refresh that
   * it waits for has been begun. Nothing may come between this look and the send. @throws why it may not go out at all
   */
  look(turn: Turn, ask: Ask<T>): Known<T> | undefined;
  /** Waits until something changed. Whatever that was, look again. */
  wait(turn: Turn, ask: Ask<T>): Promise<void>;
  /**
   * Begins a refresh for `asker`, unless one is under way or its last ones were in vain: then it says until when it has to
   * wait. `isUnseen`: nobody will hear whether it helped.
   */
  start(reason: RefreshReason, asker: string, isUnseen: boolean): number | undefined;
};

export function createAdmission<T>(
  { settings, state, log }: SessionCore<T>,
  room: Pick<WaitingRoom, 'wait'>,
  fruitless: Fruitless,
  startRenewal: StartRenewal,
  records: Pick<Records<T>, 'sync'>,
): Admission<T> {
  const { clock, holdAlways } = settings;

  function start(reason: RefreshReason, asker: string, isUnseen: boolean): number | undefined {
    if (state.current.renewal !== null) return undefined;
    const retryAt = fruitless.openUntil(asker, clock.now());
    if (retryAt === undefined) startRenewal(reason, isUnseen ? asker : undefined);
    else if (fruitless.isNews(asker, retryAt))
      log.emit({ type: 'refresh-failed', kind: 'too-many', retryAt });
    return retryAt;
  }

  /** What becomes of a request for which a refresh is due, after seeing to it that one is under way. */
  function withRefresh(admitted: Decision<T>, reason: RefreshReason, turn: Turn, ask: Ask<T>): Decision<T> {
    const before = state.current;
    const asker = askerOf(reason, turn, ask);
    const retryAt = start(reason, asker, asker === FORCED || asker === REFUSED);
    if (retryAt === undefined) return admitted;
    // A listener was told, and may have signed out: look again.
    if (state.current !== before) return decide(turn, ask);
    if (reason === 'ageing') return admitted;
    // A refresh is due under a sign-in only. Expired by the leeway only, its tokens may still serve.
    const { mayServeUntil } = before.validity as Validity;
    return reason === 'expired' && clock.now() < mayServeUntil
      ? { type: 'send', record: before.record as Known<T> }
      : { type: 'reject', error: refreshFailed({ kind: 'too-many', retryAt }) };
  }

  function decide(turn: Turn, ask: Ask<T>): Decision<T> {
    const admitted = admit(state.current, ask, clock.now(), holdAlways);
    if (admitted.type === 'reject') return admitted;
    if (admitted.type === 'send' && admitted.record === null && turn.whenSignedOut === 'reject') {
      return { type: 'reject', error: endingOf(state.current) };
    }
    // What begins to wait while somebody is signed in may go out under that sign-in alone.
    if (admitted.type === 'wait' && !state.current.signingIn) ask.epoch ??= signedInAs(state.current)?.epoch;
    const { due } = admitted;
    if (due === 'read') records.sync();
    return due === undefined || due === 'read' ? admitted : withRefresh(admitted, due, turn, ask);
  }

  /** Tells once that a request is about to go out, and says whether anybody heard it. */
  function tellRelease({ tag }: Turn, ask: Ask<T>): boolean {
    if (ask.waitsFor !== undefined && !ask.isReleaseTold) {
      ask.isReleaseTold = true;
      if (log.tell('released', tag)) return true;
    }
    const { rejection } = ask;
    if (!rejection || rejection.isReplayTold) return false;
    rejection.isReplayTold = true;
    return log.tell('replayed', tag);
  }

  return {
    start,
    look(turn, ask) {
      throwIfAborted(turn.signal);
      for (;;) {
        const admitted = decide(turn, ask);
        if (admitted.type === 'reject') throw withReply(admitted.error, ask.rejection?.answer);
        if (admitted.type === 'wait') return undefined;
        if (!tellRelease(turn, ask)) return admitted.record;
        // A listener may sign out here, or abort the request, so look again before sending.
        throwIfAborted(turn.signal);
      }
    },
    wait(turn, ask) {
      const changed = room.wait(turn.signal, turn.background === true);
      if (ask.waitsFor === undefined) {
        // From now on it is one of those who wait, and shares what becomes of the renewal.
        ask.failures = state.current.failures;
        ask.waitsFor = state.current.record?.tokens ?? null;
        log.tell('held', turn.tag);
      }
      return changed;
    },
  };
}

/** Whom a refresh is put down to, where it turns out to be in vain. */
function askerOf<T>(reason: RefreshReason, turn: Turn, { byHand }: Ask<T>): string {
  if (reason === 'expired' || reason === 'ageing') return BY_CLOCK;
  if (byHand === undefined) return endpointOf(turn);
  return reason === 'forced' ? FORCED : REFUSED;
}
