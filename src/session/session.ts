import { sessionEnded, type EndReason } from '../errors.js';
import { createBreaker } from './breaker.js';
import {
  createEventLog,
  nameOf,
  type SessionEvent,
  type SessionEventOf,
  type SessionEventType,
} from './events.js';
import { createFlight, type Flight } from './flight.js';
import { createGuard, throwIfAborted, type Guard, type Turn } from './guard.js';
import { createIdentity, type Identity } from './identity.js';
import { createKeeper, type Known } from './keeper.js';
import { createLive, type SessionSnapshot } from './live.js';
import { resolveOptions, type SessionOptions } from './options.js';
import { createOwnCalls } from './own-calls.js';
import { brought, sameTokens, type SessionRecord } from './record.js';
import { admit, askFor, endReasonOf, type Ask } from './state.js';
import { accessTokenOf, mergeTokens, sameSecrets, withAccessToken } from './tokens.js';
import { createWaitingRoom } from './waiting-room.js';

/** One sign-in and its tokens, shared by any number of clients. */
export interface Session<T> {
  /** Takes the tokens of a login; whatever was held under an earlier sign-in rejects with `session-ended`. */
  signIn(tokens: T): Promise<void>;
  /** Forgets the tokens: at once here, and in the store by the time it resolves. Calling it twice does no harm. */
  signOut(reason?: EndReason): Promise<void>;
  /**
   * Tokens that serve now, for what is not a guarded client: a socket, an upload. Pass those that were refused as
   * `rejected` to get newer ones.
   * @throws `session-ended`, `refresh-failed`, or the signal's own reason
   */
  tokens(options?: { signal?: AbortSignal; rejected?: T }): Promise<T>;
  /** Refreshes now, or joins the refresh under way. @throws `session-ended`, `refresh-failed` */
  refresh(options?: { signal?: AbortSignal }): Promise<T>;
  /** One request under the session: the primitive beneath every client. `send` makes one attempt. */
  guard: Guard<T>;
  /**
   * For authors of clients: whether the call that begins now is made by `refresh` itself, and so is to pass untouched.
   * Ask while the caller is still on the stack.
   */
  isOwnCall(signal?: AbortSignal): boolean;
  /** For authors of clients: tells by a `warning` event what does not work, and which option mends it. No token in it. */
  warn(option: string, problem: string): void;
  /** The tokens as they are, null when signed out; without any check of time. */
  current(): T | null;
  /** What a framework shows: the same object until something changes. */
  snapshot(): SessionSnapshot;
  /** Calls `listener` after the snapshot changed; returns its undo. */
  subscribe(listener: () => void): () => void;
  /** Calls `listener` at each event of a type; returns its undo. */
  on<Type extends SessionEventType>(type: Type, listener: (event: SessionEventOf<Type>) => void): () => void;
  /** The last 100 events, oldest first. */
  history(): SessionEvent[];
  /** Resolves once the store has been read; never rejects. */
  readonly ready: Promise<void>;
  /** Lets go of store and timers. A refresh under way is still stored. */
  close(): void;
}

/**
 * Makes a session: the tokens of one sign-in, refreshed once for all who need them.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import { createSession } from 'holdfast';
 *
 * type Tokens = { accessToken: string; refreshToken: string; expiresIn: number };
 *
 * export const session = createSession<Tokens>({
 *   async refresh({ refreshToken }, { signal }) {
 *     const body = JSON.stringify({ refreshToken });
 *     const response = await fetch('/auth/refresh', { method: 'POST', body, signal });
 *     if (!response.ok) throw response; // its status tells a refusal from bad luck
 *     return response.json() as Promise<Tokens>;
 *   },
 * });
 * ```
 */
export function createSession<T>(options: SessionOptions<T>): Session<T> {
  const settings = resolveOptions(options);
  const { clock, store, holdAlways } = settings;
  const log = createEventLog(clock);
  const room = createWaitingRoom(() => live.touch());
  const live = createLive<T>(holdAlways, log, () => room.held);
  const storeFailed = (error: unknown): void => log.emit({ type: 'store-failed', problem: nameOf(error) });
  const keeper = createKeeper(store, clock, storeFailed, () => void identity.sync());
  const breaker = createBreaker(settings.breaker);
  const own = createOwnCalls();
  let bringing: Promise<void> | undefined;
  let hinted = (): void => {};
  let hint = nextHint();

  const parts = { settings, live, keeper, breaker, room, log };
  const flight: Flight = createFlight<T>({ ...parts, own, hint: () => hint, identity: () => identity });
  const identity: Identity<T> = createIdentity<T>({ ...parts, flight, storeFailed });

  const unsubscribe = store.subscribe?.((problem, missed) => {
    if (typeof problem === 'string') log.emit({ type: 'store-failed', problem });
    hinted();
    hint = nextHint();
    void identity.sync(missed);
  });
  const ready = identity.load();

  function nextHint(): Promise<void> {
    return new Promise((resolve) => (hinted = resolve));
  }

  /** Looks whether a request may go now, and sees to it that what it waits for is under way. */
  function admitNow(turn: Turn, ask: Ask<T>): Known<T> | undefined {
    throwIfAborted(turn.signal);
    const { record, start: reason, error } = admit(live.state, ask, clock.now(), holdAlways);
    if (error) throw error;
    // A store that could not be read at first may answer by now.
    if (record === null && identity.unread && !ask.held) {
      void identity.sync();
      return undefined;
    }
    const { record: known, unsure, signingIn } = live.state;
    // Whoever is signed in as far as anybody knows is who it was asked as.
    const isAskedAs = unsure && !signingIn && known?.tokens != null;
    if (record === undefined && (reason || isAskedAs)) ask.epoch ??= known?.epoch;
    if (reason) flight.start(reason);
    if (record === undefined || !ask.held || ask.released) return record;
    ask.released = true;
    log.tell('released', turn.tag);
    // Whoever was told may have signed out.
    return admitNow(turn, ask);
  }

  function wait(turn: Turn, ask: Ask<T>): Promise<void> {
    if (!ask.held) log.tell('held', turn.tag);
    ask.held = true;
    return room.wait(turn.signal, turn.background === true);
  }

  const guard = createGuard<T>({
    // Only what is signed in is fresh.
    usable: () => (clock.now() < live.staleAt ? (live.state.record as SessionRecord<T>) : undefined),
    failures: () => live.state.failures,
    admit: admitNow,
    wait,
    isOwn: own.has,
    count: live.count,
    reject(record) {
      if (record.tokens === live.state.record?.tokens && !live.state.signingIn) flight.start('rejected');
    },
    end(reason, { epoch }) {
      const { record, signingIn } = live.state;
      if (record && record.tokens !== null && record.epoch === epoch && !signingIn) void identity.signOut(reason);
    },
    renewedBy,
    tell: log.tell,
  }); // prettier-ignore

  /** Newer tokens that came with an ordinary reply. Those of an older request may be older than the current ones. */
  async function renewedBy(record: SessionRecord<T>, news: unknown): Promise<void> {
    const { tokens } = record;
    if (!news || tokens === null || live.state.record?.tokens !== tokens) return;
    const fresh =
      typeof news === 'string' ? withAccessToken(tokens, news) : mergeTokens(tokens, news as Partial<T>);
    if (!accessTokenOf(fresh) || sameSecrets(tokens, fresh)) return;
    // The first of many that bring some at once: each would wait for the store in its turn, and then find it moved on.
    await (bringing ??= bring(record, fresh).finally(() => (bringing = undefined)));
  }

  async function bring(record: SessionRecord<T>, fresh: T): Promise<void> {
    const began = identity.signings;
    const now = clock.now();
    const standing = await keeper.write((stored) => {
      const stands = stored && sameTokens(stored, record) && began === identity.signings;
      // Not while a refresh is under way: its answer would be fenced off, and with it the only refresh token that serves.
      return stands && !stored.intent ? brought(stored, fresh, now) : undefined;
    });
    if (!flight.renewing) identity.learn(standing, 'elsewhere');
  }

  async function tokensFor(
    signal: AbortSignal | undefined,
    reason: Ask<T>['reason'],
    isOutdated: (tokens: T) => boolean,
  ): Promise<T> {
    throwIfAborted(signal);
    const { failures } = live.state;
    while (live.state.record === undefined || live.state.signingIn) {
      await room.wait(signal, false);
      throwIfAborted(signal);
    }
    const { record: known } = live.state;
    const isIn = known !== null && known.tokens !== null;
    const epoch = isIn ? known.epoch : undefined;
    const outdated = isIn && isOutdated(known.tokens) ? known.tokens : undefined;
    const ask = askFor(epoch, failures, outdated, reason);
    let record;
    while ((record = admitNow({ signal }, ask)) === undefined) await wait({ signal }, ask);
    if (record === null || record.tokens === null) throw sessionEnded(endReasonOf(live.state));
    return record.tokens;
  }

  return {
    signIn: identity.signIn,
    signOut: identity.signOut,
    tokens: ({ signal, rejected } = {}) =>
      tokensFor(
        signal,
        'rejected',
        (tokens) => rejected !== undefined && (tokens === rejected || sameSecrets(rejected, tokens)),
      ),
    refresh: ({ signal } = {}) => tokensFor(signal, 'forced', () => true),
    guard,
    isOwnCall: own.has,
    warn: (option, problem) => log.emit({ type: 'warning', option, problem }),
    current: () => live.state.record?.tokens ?? null,
    snapshot: live.snapshot,
    subscribe: live.subscribe,
    on: log.on,
    history: log.history,
    ready,
    close() {
      unsubscribe?.();
      keeper.close();
    },
  };
}
