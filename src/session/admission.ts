import { refreshFailed } from '../errors.js';
import { throwIfAborted } from './abort.js';
import type { Clock } from './clock.js';
import type { EventLog, RefreshReason } from './events.js';
import type { Flight } from './flight.js';
import { BY_CLOCK, FORCED, REFUSED, type Fruitless } from './fruitless.js';
import { endpointOf, type Turn } from './guard.js';
import type { Identity } from './identity.js';
import type { Known } from './keeper.js';
import type { Live } from './live.js';
import { admit, endingOf, type Ask } from './state.js';
import type { WaitingRoom } from './waiting-room.js';

/** Lets requests go, and sees to it that what they wait for is under way. */
export type Admission<T> = {
  /** The record whose tokens the request goes out with, null: with none, undefined: it has to wait. @throws why it may not */
  admit(turn: Turn, ask: Ask<T>): Known<T> | undefined;
  /** Waits until something changed. Whatever that was, the request is to be admitted anew. */
  wait(turn: Turn, ask: Ask<T>): Promise<void>;
  /**
   * Begins a refresh for `asker`, unless one is under way or its last ones were in vain: then it says until when it has to
   * wait. `unseen`: nobody will hear whether it helped.
   */
  start(reason: RefreshReason, asker: string, unseen?: boolean): number | undefined;
};

export type AdmissionContext<T> = {
  readonly clock: Clock;
  readonly holdAlways: boolean;
  readonly live: Live<T>;
  readonly room: WaitingRoom;
  readonly log: EventLog;
  readonly fruitless: Fruitless;
  readonly flight: Flight;
  readonly identity: Identity<T>;
};

export function createAdmission<T>(context: AdmissionContext<T>): Admission<T> {
  const { clock, holdAlways, live, room, log, fruitless, flight, identity } = context;
  function start(reason: RefreshReason, asker: string, unseen = false): number | undefined {
    if (live.state.refreshing !== null) return undefined;
    const retryAt = fruitless.openUntil(asker, clock.now());
    if (retryAt === undefined) flight.start(reason, unseen ? asker : undefined);
    else if (fruitless.isNews(asker, retryAt))
      log.emit({ type: 'refresh-failed', kind: 'too-many', retryAt });
    return retryAt;
  }

  /** What the request goes out with where it has to wait for a refresh, after seeing to it that there is one. */
  function startFor(reason: RefreshReason, turn: Turn, ask: Ask<T>): Known<T> | undefined {
    const isByClock = reason === 'expired' || reason === 'ageing';
    const isByHand = !isByClock && ask.isByHand;
    const byHand = reason === 'forced' ? FORCED : REFUSED;
    const asker = isByClock ? BY_CLOCK : isByHand ? byHand : endpointOf(turn);
    const retryAt = start(reason, asker, isByHand);
    if (retryAt === undefined || reason === 'ageing') return undefined;
    const { record, validity } = live.state;
    // Expired by the leeway only, these tokens may still serve.
    if (reason === 'expired' && validity && clock.now() < validity.mayServeUntil) return record;
    throw refreshFailed({ kind: 'too-many', retryAt });
  }

  function admitNow(turn: Turn, ask: Ask<T>): Known<T> | undefined {
    throwIfAborted(turn.signal);
    const { state } = live;
    const { start: reason, error, ...admission } = admit(state, ask, clock.now(), holdAlways);
    let { record } = admission;
    if (error) throw error;
    // A store that could not be read at first may answer by now.
    if (record === null && identity.unread && ask.waitsFor === undefined) {
      void identity.sync();
      return undefined;
    }
    if (record === null && turn.whenSignedOut === 'reject') throw endingOf(state);
    const { record: known, unsure, signingIn } = state;
    // Whoever is signed in as far as anybody knows is who it was asked as.
    const isAskedAs = unsure && !signingIn && known?.tokens != null;
    if (record === undefined && (reason || isAskedAs)) ask.epoch ??= known?.epoch;
    if (reason) record = startFor(reason, turn, ask) ?? record;
    if (record === undefined || ask.waitsFor === undefined || ask.released) return record;
    ask.released = true;
    log.tell('released', turn.tag);
    // Whoever was told may have signed out.
    return admitNow(turn, ask);
  }

  return {
    start,
    admit: admitNow,
    wait(turn, ask) {
      if (ask.waitsFor === undefined) {
        // From now on it is one of those who wait, and shares what becomes of the renewal.
        ask.failures = live.state.failures;
        ask.waitsFor = live.state.record?.tokens ?? null;
        log.tell('held', turn.tag);
      }
      return room.wait(turn.signal, turn.background === true);
    },
  };
}
