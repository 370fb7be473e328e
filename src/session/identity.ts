import { invalidOption, type EndReason } from '../errors.js';
import type { Breaker } from './breaker.js';
import type { Clock } from './clock.js';
import { nameOf, type EventLog } from './events.js';
import type { Flight } from './flight.js';
import type { Keeper } from './keeper.js';
import type { Live } from './live.js';
import { ended, signedIn, type SessionRecord } from './record.js';
import type { Awaitable } from './store.js';
import type { WaitingRoom } from './waiting-room.js';

/** Who is signed in: reading it from the store, and changing it here. */
export type Identity<T> = {
  signIn(tokens: T): Promise<void>;
  signOut(reason?: EndReason): Promise<void>;
  /** Reads the store for the first time. */
  load(): Promise<void>;
  /** Reads it again if that has failed so far, and says whether it does; what waits is woken after it. */
  reload(): boolean;
  /** Takes in what others wrote. */
  sync(): Promise<void>;
  /** Puts newer tokens in the place of `record`'s, unless somebody did already. */
  renewInPlace(
    record: SessionRecord<T>,
    renew: (stored: SessionRecord<T>) => SessionRecord<T>,
  ): Promise<void>;
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
  /** The sign-in that is on its way to the store, so that a sign-out after it can end it. */
  let arriving: SessionRecord<T> | null = null;
  /** A sign-out is on its way to the store: what is read meanwhile may be what it is about to end. */
  let leaving = false;
  let unread = false;
  let syncing = false;
  let syncAgain = false;

  async function signIn(tokens: T): Promise<void> {
    if (tokens === null || tokens === undefined || (tokens as unknown) === '') {
      throw invalidOption('signIn(tokens)', 'the tokens of a login', tokens);
    }
    const mine = ++commands;
    const known = live.state.record;
    leaving = false;
    flight.stop();
    live.apply({ type: 'sign-in-began' });
    // Held requests of the earlier sign-in learn at once that they are to wait for this one, and then end.
    room.wake();
    const standing = await keeper.write(
      (stored) => (arriving = signedIn(newer(stored, known), tokens, clock.now())),
      known,
    );
    if (mine !== commands) return;
    arriving = null;
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
    const replaced = arriving;
    leaving = true;
    flight.stop();
    live.apply({ type: 'sign-in-settled' });
    if (status !== 'signed-out') live.apply({ type: 'ended', reason: endedBy });
    if (status === 'signed-in') log.emit({ type: 'ended', reason: endedBy });
    room.wake();
    const standing = await keeper.write((stored) => {
      if (stored === null || stored.tokens === null) return undefined;
      const latest = arriving ?? replaced ?? record;
      // What a sign-in was to replace that could not be saved must not come back either.
      const isOlder = keeper.owes && latest !== null && stored.generation < latest.generation;
      const isOurs =
        status === 'loading' || stored.epoch === record?.epoch || stored.epoch === latest?.epoch || isOlder;
      return isOurs ? ended(stored, endedBy) : undefined;
    }, record);
    if (mine !== commands) return;
    arriving = null;
    leaving = false;
    live.learn(standing, 'elsewhere', !keeper.owes);
    room.wake();
  }

  function load(): Promise<void> {
    const mine = commands;
    try {
      const answer: Awaitable<SessionRecord<T> | null> = keeper.read();
      // A store in memory answers at once, and the first request need not wait.
      if (answer === null || !('then' in answer)) return Promise.resolve(loaded(mine, answer));
      return Promise.resolve(answer).then(
        (record) => loaded(mine, record),
        (error: unknown) => loadFailed(mine, error),
      );
    } catch (error) {
      return Promise.resolve(loadFailed(mine, error));
    }
  }

  function loaded(mine: number, record: SessionRecord<T> | null): void {
    if (mine === commands) live.learn(record, 'load', true);
    room.wake();
    // Somebody wrote while the store was read.
    if (syncAgain) void sync();
  }

  function loadFailed(mine: number, error: unknown): void {
    log.emit({ type: 'store-failed', problem: nameOf(error) });
    unread = mine === commands;
    loaded(mine, null);
  }

  function reload(): boolean {
    if (unread) void sync().then(room.wake);
    return unread;
  }

  async function sync(): Promise<void> {
    if (syncing || live.state.status === 'loading') {
      syncAgain = true;
      return;
    }
    syncing = true;
    do {
      syncAgain = false;
      await syncOnce();
    } while (syncAgain);
    syncing = false;
  }

  async function syncOnce(): Promise<void> {
    const before = live.state;
    const mine = commands;
    try {
      const record = await keeper.read();
      unread = false;
      // Read before something was written here: too old to say anything. What wrote it knows what stands.
      if (mine !== commands || live.state.signingIn || leaving) return;
      if (live.state.record !== before.record) {
        syncAgain = true;
        return;
      }
      const sameSignIn =
        record !== null && record.tokens !== null && record.epoch === live.state.record?.epoch;
      // The renewal under way looks for itself.
      if (sameSignIn && flight.renewing) return;
      const generation = live.state.record?.generation;
      if (!live.learn(record, 'elsewhere', !keeper.owes)) return;
      if (generation !== undefined) flight.stop();
      room.wake();
    } catch (error) {
      log.emit({ type: 'store-failed', problem: nameOf(error) });
    }
  }

  async function renewInPlace(
    record: SessionRecord<T>,
    renew: (stored: SessionRecord<T>) => SessionRecord<T>,
  ): Promise<void> {
    const mine = commands;
    const standing = await keeper.write((stored) => {
      if (mine !== commands || stored === null || stored.generation !== record.generation) return undefined;
      return stored.epoch === record.epoch ? renew(stored) : undefined;
    }, record);
    if (mine !== commands || !live.learn(standing, 'elsewhere', false)) return;
    room.wake();
  }

  return { signIn, signOut, load, reload, sync, renewInPlace };
}

/** Counters only ever go up, also over a record that the store has not taken yet. */
function newer<T>(stored: SessionRecord<T> | null, known: SessionRecord<T> | null): SessionRecord<T> | null {
  if (stored === null || known === null) return stored ?? known;
  return known.generation > stored.generation
    ? { ...known, fence: Math.max(known.fence, stored.fence) }
    : stored;
}
