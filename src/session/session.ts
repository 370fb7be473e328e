import type { EndReason } from '../errors.js';
import { throwIfAborted } from './abort.js';
import { createAdmission } from './admission.js';
import {
  createEventLog,
  nameOf,
  type SessionEvent,
  type SessionEventOf,
  type SessionEventType,
} from './events.js';
import { createFlight, type Flight } from './flight.js';
import { createFruitless, onceFor } from './fruitless.js';
import { createGuard, type Guard } from './guard.js';
import { createIdentity, type Identity, type SignInOptions } from './identity.js';
import { createKeeper } from './keeper.js';
import { createLive, type SessionSnapshot } from './live.js';
import { resolveOptions, type SessionOptions } from './options.js';
import { createOwnCalls } from './own-calls.js';
import { plainTokens } from './plain-tokens.js';
import { brought, sameTokens, type SessionRecord } from './record.js';
import { askFor, endingOf, type Ask } from './state.js';
import { accessTokenOf, mergeTokens, sameSecrets, withAccessToken } from './tokens.js';
import { createWaitingRoom } from './waiting-room.js';

/** One sign-in and its tokens, shared by any number of clients. */
export interface Session<T> {
  /**
   * Takes the tokens of a login; whatever was held under an earlier sign-in rejects with `session-ended`. Called while
   * `onExpired` is asking, it is the answer: for the same `subject` the held requests go on.
   *
   * They are copied, as are those of `refresh`, `onExpired` and `renewedBy`, to plain data that every store keeps alike:
   * what JSON can hold. A Proxy (Vue, MobX) is read through, of a class instance its own fields remain without its
   * methods, and what is handed out again is frozen.
   *
   * Tokens that were kept somewhere bring their age along as `receivedAt`. Without it an old JWT is told by its `iat`, which
   * is wrong by as much as this machine's clock is until a refresh has shown that: at most one refresh too many.
   *
   * @throws `invalid-option` for no tokens, or naming the key of what JSON cannot hold: a function, symbol or bigint, a
   * cycle, a `Date`, a `Map`
   */
  signIn(tokens: T, options?: SignInOptions): Promise<void>;
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
  /**
   * For authors of clients: something is set up so that it will not work. Tells it as a `warning` event and on the
   * console; `option` names what to set, and `problem` holds no token and no URL.
   */
  warn(option: string, problem: string): void;
  /** The tokens as they are, frozen; null when signed out. Without any check of time. */
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
  /**
   * Lets go of store and timers, so that no process is kept alive: from then on the session hears of nobody else. What is
   * called afterwards still does what it says, and a refresh under way is still stored; a write that failed is not tried
   * again. Calling it twice does no harm.
   */
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
  const fruitless = createFruitless(settings.fruitlessRefreshes);
  const own = createOwnCalls();
  let bringing: Promise<void> | undefined;
  let hinted = (): void => {};
  let hint = nextHint();

  const parts = { settings, live, keeper, fruitless, room, log };
  const flight: Flight = createFlight<T>({ ...parts, own, hint: () => hint, identity: () => identity });
  const identity: Identity<T> = createIdentity<T>({ ...parts, flight, storeFailed });
  const admission = createAdmission<T>({ ...parts, clock, holdAlways, flight, identity });

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

  const guard = createGuard<T>({
    // Only what is signed in is fresh.
    usable: () => (clock.now() < live.staleAt ? (live.state.record as SessionRecord<T>) : undefined),
    state: () => live.state,
    admit: admission.admit,
    wait: admission.wait,
    isOwn: own.has,
    count: live.count,
    fruitless,
    accepted: (endpoint) => fruitless.accepted(endpoint, clock.now()),
    rejectedAgain({ tokens, generation }, endpoint) {
      // Tokens that are no longer the current ones say nothing of those that came after them.
      if (tokens === live.state.record?.tokens) fruitless.rejected(endpoint, generation, clock.now());
    },
    reject({ tokens }, endpoint) {
      const { record, signingIn } = live.state;
      if (tokens === record?.tokens && !signingIn) admission.start('rejected', onceFor(endpoint), true);
    },
    end({ epoch }, note) {
      const { record, signingIn } = live.state;
      if (record && record.tokens !== null && record.epoch === epoch && !signingIn) void identity.signOut('server', note);
    },
    renewedBy,
    tell: log.tell,
  }); // prettier-ignore

  /** Newer tokens that came with an ordinary reply. Those of an older request may be older than the current ones. */
  async function renewedBy(record: SessionRecord<T>, news: unknown): Promise<void> {
    const { tokens } = record;
    if (!news || tokens === null || live.state.record?.tokens !== tokens) return;
    let fresh: T;
    try {
      const plain = plainTokens(news, 'renewedBy()');
      fresh =
        typeof plain === 'string' ? withAccessToken(tokens, plain) : mergeTokens(tokens, plain as Partial<T>);
    } catch (error) {
      return log.emit({ type: 'warning', option: 'renewedBy', problem: (error as Error).message });
    }
    if (!accessTokenOf(fresh) || sameSecrets(tokens, fresh)) return;
    // The first of many that bring some at once: each would wait for the store in its turn, and then find it moved on.
    await (bringing ??= bring(record, fresh).finally(() => (bringing = undefined)));
  }

  async function bring(record: SessionRecord<T>, fresh: T): Promise<void> {
    const began = identity.signings;
    const isNew = accessTokenOf(fresh) !== accessTokenOf(record.tokens);
    const requestedAt = isNew ? clock.now() : record.requestedAt;
    const standing = await keeper.write((stored) => {
      const stands = stored && sameTokens(stored, record) && began === identity.signings;
      // Not while a refresh is under way: its answer would be fenced off, and with it the only refresh token that serves.
      return stands && !stored.claim ? brought(stored, fresh, requestedAt) : undefined;
    });
    if (!flight.renewing) identity.learn(standing, 'elsewhere');
  }

  async function tokensFor(
    signal: AbortSignal | undefined,
    reason: Ask<T>['reason'],
    isOutdated: (tokens: T) => boolean,
  ): Promise<T> {
    throwIfAborted(signal);
    const begun = live.state;
    while (live.state.record === undefined || live.state.signingIn) {
      await room.wait(signal, false);
      throwIfAborted(signal);
    }
    const { record: known } = live.state;
    const isIn = known !== null && known.tokens !== null;
    const epoch = isIn ? known.epoch : undefined;
    const outdated = isIn && isOutdated(known.tokens) ? known.tokens : undefined;
    const ask = askFor(begun, epoch, outdated, reason);
    let record;
    while ((record = admission.admit({ signal }, ask)) === undefined) await admission.wait({ signal }, ask);
    if (record === null || record.tokens === null) throw endingOf(live.state);
    return record.tokens;
  }

  return {
    signIn(tokens, signInOptions) {
      // Who signs in begins anew; a silent login that answers a question does not.
      fruitless.reset();
      return identity.signIn(tokens, signInOptions);
    },
    signOut: (reason) => identity.signOut(reason),
    tokens: ({ signal, rejected } = {}) =>
      tokensFor(
        signal,
        'rejected',
        (tokens) => rejected !== undefined && (tokens === rejected || sameSecrets(rejected, tokens)),
      ),
    refresh: ({ signal } = {}) => tokensFor(signal, 'forced', () => true),
    guard,
    isOwnCall: own.has,
    warn(option, problem) {
      log.emit({ type: 'warning', option, problem });
      // Whoever set it up so does not listen yet. Not every place has a console.
      globalThis.console?.warn(`Holdfast: ${option}: ${problem}.`);
    },
    current: () => live.state.record?.tokens ?? null,
    snapshot: live.snapshot,
    subscribe: live.subscribe,
    on: log.on,
    history: log.history,
    ready,
    close() {
      unsubscribe?.();
      flight.close();
      keeper.close();
    },
  };
}
