import { invalidOption, type EndReason } from '../errors.js';
import type { Breaker } from './breaker.js';
import type { Clock } from './clock.js';
import { nameOf, type EventLog } from './events.js';
import type { Flight } from './flight.js';
import type { Keeper } from './keeper.js';
import type { Live } from './live.js';
import { ended, renewed, signedIn, type SessionRecord } from './record.js';
import type { WaitingRoom } from './waiting-room.js';

/** Who is signed in: reading it from the store, and changing it here. */
export type Identity<T> = {
  signIn(tokens: T): Promise<void>;
  signOut(reason?: EndReason): Promise<void>;
  /** Reads the store for the first time. */
  load(): Promise<void>;
  /** Reads it again, if that has failed so far; whether it does. Wakes who waits when it is done. */
  reload(): boolean;
  /** Takes in what others wrote. Never rejects. */
  sync(): Promise<void>;
  /** Puts newer tokens in the place of `record`'s, unless somebody did already. */
  renewInPlace(record: SessionRecord<T>, tokens: T): Promise<void>;
};

export type IdentityContext<T> = {
  readonly live: Live<T>;
  readonly keeper: Keeper<T>;
  readonly breaker: Breaker;
  readonly room: WaitingRoom;
  readonly log: EventLog;
  readonly flight: Flight;
  readonly clock: Clock;
};

const REASONS: readonly unknown[] = ['refresh-rejected', 'refresh-lost', 'signed-out', 'replaced', 'server'];

export function createIdentity<T>(context: IdentityContext<T>): Identity<T> {
  const { live, keeper, breaker, room, log, flight, clock } = context;
  // Which sign-in or sign-out was the last: what was begun before it, a slow read or a slow write, no longer counts.
  let commands = 0;
  /** The last sign-in that was made here, on its way to the store perhaps: a sign-out after it ends it. */
  let madeHere: SessionRecord<T> | undefined;
  let unread = false;
  let loading: Promise<void> = Promise.resolve();
  let syncing: Promise<void> | undefined;
  let syncAgain = false;

  async function signIn(tokens: T): Promise<void> {
    if (tokens === null || tokens === undefined || (tokens as unknown) === '') {
      throw invalidOption('signIn(tokens)', 'the tokens of a login', tokens);
    }
    const mine = ++commands;
    const now = clock.now();
    unread = false;
    flight.stop();
    live.apply({ type: 'sign-in-began' });
    // Held requests of the earlier sign-in learn at once that they are to wait for this one, and then end.
    room.wake();
    const standing = await keeper.write((_, newest) => (madeHere = signedIn(newest, tokens, now)));
    if (mine !== commands) return;
    breaker.reset();
    live.apply({ type: 'sign-in-settled' });
    live.learn(standing, 'here', true);
    room.wake();
  }

  async function signOut(reason: EndReason = 'signed-out'): Promise<void> {
    // A click handler passes its event.
    const endedBy = REASONS.includes(reason) ? reason : 'signed-out';
    const mine = ++commands;
    const { status, record } = live.state;
    const isBlind = unread || status === 'loading';
    unread = false;
    flight.stop();
    live.apply({ type: 'sign-in-settled' });
    if (status !== 'signed-out') live.apply({ type: 'ended', reason: endedBy });
    const written = keeper.write((stored) => {
      if (stored === null) return isBlind ? ended(signedIn<T>(null, null, clock.now()), endedBy) : undefined;
      const isOurs = isBlind || stored.epoch === record?.epoch || stored.epoch === madeHere?.epoch;
      return isOurs && stored.tokens !== null ? ended(stored, endedBy) : undefined;
    });
    // Told only now: a listener that signs in writes after this, and is not ended by it.
    if (status === 'signed-in') log.emit({ type: 'ended', reason: endedBy });
    room.wake();
    const standing = await written;
    if (mine !== commands) return;
    live.learn(standing, 'elsewhere', true);
    room.wake();
  }

  function load(): Promise<void> {
    const mine = commands;
    const learn = (record: SessionRecord<T> | null): void => {
      if (mine === commands) live.learn(record, 'load', true);
      room.wake();
    };
    const fail = (error: unknown): void => {
      log.emit({ type: 'store-failed', problem: nameOf(error) });
      unread = mine === commands;
      learn(null);
    };
    try {
      const answer = keeper.read();
      // A store in memory answers at once, and the first request need not wait.
      if (answer !== null && 'then' in answer) loading = Promise.resolve(answer.then(learn, fail));
      else learn(answer);
    } catch (error) {
      fail(error);
    }
    return loading;
  }

  function reload(): boolean {
    if (unread) void sync().then(room.wake);
    return unread;
  }

  function sync(): Promise<void> {
    syncAgain = true;
    return (syncing ??= syncWhileAsked());
  }

  async function syncWhileAsked(): Promise<void> {
    await loading;
    while (syncAgain) {
      syncAgain = false;
      await syncOnce();
    }
    syncing = undefined;
  }

  async function syncOnce(): Promise<void> {
    const before = live.state.record;
    const mine = commands;
    try {
      // After every sign-in and sign-out that was asked for here.
      const record = await keeper.readInTurn();
      unread = false;
      // Something changed meanwhile: what was read may be older.
      syncAgain ||= mine !== commands || live.state.record !== before;
      if (syncAgain) return;
      // The renewal under way looks for itself.
      if (flight.renewing && record !== null && record.tokens !== null && record.epoch === before?.epoch)
        return;
      if (!live.learn(record, 'elsewhere', true)) return;
      flight.stop();
      room.wake();
    } catch (error) {
      log.emit({ type: 'store-failed', problem: nameOf(error) });
    }
  }

  async function renewInPlace(record: SessionRecord<T>, tokens: T): Promise<void> {
    const mine = commands;
    const standing = await keeper.write((stored) => {
      const stands = stored?.epoch === record.epoch && stored.generation === record.generation;
      return stands && mine === commands ? renewed(stored, tokens, clock.now()) : undefined;
    });
    if (mine === commands && live.learn(standing, 'elsewhere', false)) room.wake();
  }

  return { signIn, signOut, load, reload, sync, renewInPlace };
}
