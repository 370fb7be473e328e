import { invalidOption, type EndReason } from '../errors.js';
import type { EventLog } from './events.js';
import type { Flight } from './flight.js';
import { ageOf, skewShownBy, validityOf } from './freshness.js';
import type { Fruitless } from './fruitless.js';
import type { Change, Keeper, Known } from './keeper.js';
import type { Live } from './live.js';
import { checkOptions, type Rule } from '../checks.js';
import type { Settings } from './options.js';
import { plainTokens, storedTokens } from './plain-tokens.js';
import { ended, sameTokens, signedIn, type SessionRecord } from './record.js';
import { ended as endedState, endReasonOf, learned, statusOf } from './state.js';
import { sameSecrets } from './tokens.js';
import type { WaitingRoom } from './waiting-room.js';

/** Whose change it is: found in the store at the start, made by this session, or by somebody else. */
export type Author = 'load' | 'here' | 'elsewhere';

/** What may be said of the tokens of a sign-in. */
export interface SignInOptions {
  /**
   * When they were received, in milliseconds since 1970, where that was not just now: lifetimes count from there.
   * @default the `iat` of a JWT that is clearly old, or else now
   */
  receivedAt?: number | undefined;
}

/** Who is signed in: reading it from the store, and changing it here. */
export type Identity<T> = {
  /** Takes in what stands in the store, and tells whoever it concerns. */
  learn(record: Known<T>, by: Author): void;
  /** Reads the store for the first time. */
  load(): Promise<void>;
  /** Takes in what others wrote; until that is done nothing goes out, where it was `missed`. Never rejects. */
  sync(missed?: boolean): Promise<void>;
  signIn(tokens: T, options?: SignInOptions): Promise<void>;
  /** Since when tokens that no refresh brought have lived, as far as they tell. */
  ageOf(tokens: T): ReturnType<typeof ageOf>;
  /** `note` is what the server said to it. */
  signOut(reason?: EndReason, note?: string): Promise<void>;
  /** Signs out here, and in the store where what stands there `isOver`. */
  end(
    reason: EndReason,
    note: string | undefined,
    isOver: (stored: SessionRecord<T>) => boolean,
  ): Promise<void>;
  /** The store could not be read so far. */
  readonly unread: boolean;
  /** How often somebody signed in or out here: what began before the last time no longer counts. */
  readonly signings: number;
};

export type IdentityContext<T> = {
  readonly settings: Settings<T>;
  readonly live: Live<T>;
  readonly keeper: Keeper<T>;
  readonly fruitless: Fruitless;
  readonly room: WaitingRoom;
  readonly log: EventLog;
  readonly flight: Flight;
  readonly storeFailed: (error: unknown) => void;
};

const SIGN_IN_RULES: Record<keyof SignInOptions, Rule> = {
  receivedAt: ['milliseconds since 1970', (value) => typeof value === 'number' && value > -Infinity],
};
const REFUSALS: readonly unknown[] = ['refresh-rejected', 'refresh-lost'];
const REASONS: readonly unknown[] = [...REFUSALS, 'signed-out', 'replaced', 'server'];

export function createIdentity<T>(context: IdentityContext<T>): Identity<T> {
  const { settings, live, keeper, fruitless, room, log, flight, storeFailed } = context;
  const { clock } = settings;
  /** Sign-ins and sign-outs on their way to the store: what is asked for here counts more than what is found there. */
  let commands = 0;
  let signings = 0;
  /** Which of them was the last sign-in: what a sign-out before it was to end, it replaces as a whole. */
  let lastSignIn = 0;
  /** The epoch of the last sign-in made here, which a sign-out may have to end before it was ever in use. */
  let madeHere: number | undefined;
  /** How far the local clock is ahead of the server's, as the last refresh showed it. */
  let skewMs = 0;
  let unread = false;
  let syncing: Promise<void> | undefined;
  let syncAgain = false;

  function learn(found: Known<T>, by: Author): void {
    if (commands > 0) return;
    const wasUnread = unread;
    unread = false;
    const before = live.state;
    // The user's function reads each tokens once: what it says of them later would move the goal.
    const known = before.record && sameTokens(before.record, found) && before.validity;
    // What is the same keeps its identity: what was handed out tells which tokens are meant.
    const record = known ? found : found && { ...found, tokens: storedTokens(found.tokens) };
    if (record) skewMs = skewShownBy(record, before.record) ?? skewMs;
    const validity = known || (record && validityOf(record, settings, clock.random?.() ?? 0.5));
    const subject = before.question && record?.tokens != null ? settings.subject(record.tokens) : undefined;
    live.become(learned(before, record, validity, subject));
    const was = before.record;
    const is = live.state.record;
    if (was !== undefined && was?.tokens === is?.tokens && was?.epoch === is?.epoch) {
      // Nothing is new but that it could be read: requests wait for that.
      if (wasUnread) room.wake();
      return;
    }
    const { held } = room;
    const durationMs = flight.durationMs();
    flight.stop();
    if (!is || is.tokens === null) {
      if (was && was.tokens !== null)
        tellEnd(endReasonOf(live.state), by === 'here' ? by : 'elsewhere', is?.note);
    } else {
      const { generation, epoch } = is;
      const isSame = was && was.tokens !== null && was.epoch === epoch;
      if (isSame && by === 'here') log.emit({ type: 'refreshed', generation, held, durationMs });
      else if (isSame && !sameSecrets(was.tokens, is.tokens)) log.emit({ type: 'adopted', generation, held });
      else if (!isSame && by !== 'load') log.emit({ type: 'signed-in', generation, by });
      if (!isSame && by === 'elsewhere') fruitless.reset();
    }
    room.wake();
  }

  function tellEnd(reason: EndReason, by: 'here' | 'elsewhere', note: string | undefined): void {
    log.emit({ type: 'ended', reason, by, ...(note !== undefined && { note }) });
  }

  function load(): Promise<void> {
    const take = (record: Known<T>): void => learn(record, 'load');
    const miss = (error: unknown): void => {
      storeFailed(error);
      take(null);
      unread = commands === 0;
    };
    try {
      const first = keeper.begin();
      if (first !== null && 'then' in first) return Promise.resolve(first.then(take, miss));
      take(first);
    } catch (error) {
      miss(error);
    }
    return Promise.resolve();
  }

  function sync(missed?: boolean): Promise<void> {
    if (missed) live.become({ ...live.state, unsure: true });
    syncAgain = true;
    return (syncing ??= takeIn());
  }

  async function takeIn(): Promise<void> {
    while (syncAgain) {
      syncAgain = false;
      try {
        const record = await keeper.look();
        // The renewal under way looks for itself, and knows best whose refresh was refused.
        const isSame = record !== null && record.epoch === live.state.record?.epoch;
        const isRenewed = isSame && (record.tokens !== null || REFUSALS.includes(record.endedBy));
        if (!isRenewed || !flight.renewing) learn(record, 'elsewhere');
      } catch (error) {
        storeFailed(error);
        // Requests wait for this very read.
        if (unread) room.wake();
      }
    }
    syncing = undefined;
    if (!live.state.unsure) return;
    live.become({ ...live.state, unsure: false });
    room.wake();
  }

  function command(change: Change<T>): Promise<Known<T>> {
    commands++;
    signings++;
    unread = false;
    return keeper.write(change);
  }

  const age = (tokens: T): ReturnType<typeof ageOf> => ageOf(tokens, clock.now(), skewMs);

  async function signIn(given: T, options: SignInOptions = {}): Promise<void> {
    if (given === null || given === undefined || (given as unknown) === '') {
      throw invalidOption('signIn(tokens)', 'the tokens of a login', given);
    }
    checkOptions('signIn(tokens, options)', options, SIGN_IN_RULES);
    const tokens = plainTokens(given, 'signIn(tokens)');
    const now = clock.now();
    const { receivedAt } = options;
    const since = receivedAt === undefined ? age(tokens) : { requestedAt: Math.min(receivedAt, now) };
    const chance = clock.random?.() ?? 0;
    let mine: SessionRecord<T> | undefined;
    const written = command((stored) => {
      // It was saved before the store failed, or somebody has signed in since.
      if (mine && stored && stored.epoch >= mine.epoch) return undefined;
      mine = signedIn(stored, tokens, now, chance, since);
      madeHere = mine.epoch;
      return mine;
    });
    lastSignIn = signings;
    live.become({ ...live.state, signingIn: true });
    // Only now: a listener of its signal that sends a request is not sent out under the earlier sign-in.
    flight.stop();
    // Held requests of the earlier sign-in learn at once that they are to wait for this one, and then end.
    room.wake();
    const standing = await written;
    if (--commands > 0) return;
    live.become({ ...live.state, signingIn: false });
    learn(standing, standing?.epoch === madeHere ? 'here' : 'elsewhere');
    // The question was answered, by whoever it was.
    live.become({ ...live.state, question: null });
    room.wake();
  }

  function signOut(reason: EndReason = 'signed-out', note?: string): Promise<void> {
    const known = live.state.record;
    const isBlind = unread || known === undefined;
    // A click handler passes its event.
    return end(REASONS.includes(reason) ? reason : 'signed-out', note, ({ epoch }) => {
      return isBlind || epoch === known?.epoch || epoch === madeHere;
    });
  }

  async function end(
    reason: EndReason,
    note: string | undefined,
    isOver: (stored: SessionRecord<T>) => boolean,
  ): Promise<void> {
    const before = statusOf(live.state);
    const order = signings + 1;
    const written = command((stored) => {
      const stands = stored && stored.tokens !== null && order > lastSignIn;
      return stands && isOver(stored) ? ended(stored, reason, note) : undefined;
    });
    const { state } = live;
    if (before === 'signed-out') live.become({ ...state, signingIn: false });
    else live.become(endedState(state, state.record ?? null, reason, note));
    // Only now: a listener of its signal that signs in is not undone by this.
    flight.stop();
    // Told only now: a listener that signs in writes after this, and is not ended by it.
    if (before === 'signed-in') tellEnd(reason, 'here', note);
    room.wake();
    const standing = await written;
    if (--commands > 0) return;
    learn(standing, 'elsewhere');
    room.wake();
  }

  return {
    learn,
    load,
    sync,
    signIn,
    ageOf: age,
    signOut,
    end,
    get unread() {
      return unread;
    },
    get signings() {
      return signings;
    },
  };
}
