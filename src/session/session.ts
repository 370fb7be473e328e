import type { EndReason } from '../errors.js';
import { createAdmission } from './request/admission.js';
import { mayFareOtherwise } from './state/admit.js';
import { createAskUser } from './renewal/ask-user.js';
import { createConsequences } from './request/consequences.js';
import {
  createEventLog,
  type SessionEvent,
  type SessionEventOf,
  type SessionEventType,
} from './core/events.js';
import { createFruitless } from './core/fruitless.js';
import { createGuard, type Guard } from './request/guard.js';
import { createLearn } from './core/learn.js';
import { createLiveState } from './state/live-state.js';
import type { SessionOptions } from './core/options.js';
import { createOwnCalls } from './renewal/own-calls.js';
import { pageRecord } from './core/page-record.js';
import { createRefreshCall } from './renewal/refresh-call.js';
import { createRenewalJobs } from './renewal/renewal-job.js';
import { createRenewals } from './renewal/renewal.js';
import { createReplyTokens } from './request/reply-tokens.js';
import { resolveOptions } from './core/settings.js';
import { createSigning, type SignInOptions } from './core/sign-in.js';
import { createSnapshots, type SessionSnapshot } from './core/snapshot.js';
import { areRejected, createTokensByHand } from './request/tokens-by-hand.js';
import { createWaitingRoom } from './core/waiting-room.js';

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
  const { clock } = settings;
  const log = createEventLog(clock);
  const state = createLiveState<T>(settings.holdAlways);
  const core = { settings, state, log };
  const snapshots = createSnapshots(state, log);
  const room = createWaitingRoom(snapshots.held);
  const fruitless = createFruitless(settings.fruitlessRefreshes);
  const own = createOwnCalls();

  const learn = createLearn<T>(core, room, fruitless);
  const records = options.store?.connect({ ...core, learn }) ?? pageRecord<T>(settings, learn);
  const signing = createSigning<T>(core, records, learn);
  const askUser = createAskUser<T>(core, own, records, learn, signing);
  const call = createRefreshCall<T>(core, own, room);
  const jobFor = createRenewalJobs<T>(core, room, records, learn, call);
  const startRenewal = createRenewals<T>(core, records, learn, jobFor, askUser.ask);
  const admission = createAdmission<T>(core, room, fruitless, startRenewal, records);
  const takeReplyTokens = createReplyTokens<T>(core, records, learn);
  const consequences = createConsequences<T>(core, fruitless, admission, signing, takeReplyTokens);
  const guard = createGuard<T>(core, own, snapshots, admission, consequences);
  const tokensByHand = createTokensByHand<T>(core, room, admission);

  // This is what ends every hold: whoever waits looks again as soon as that may help.
  state.watch((before) => {
    if (mayFareOtherwise(before, state.current)) room.wake();
  });
  const ready = records.load();

  return {
    signIn(tokens, signInOptions) {
      // Who signs in begins anew; a silent login that answers a question does not.
      fruitless.reset();
      return signing.signIn(tokens, signInOptions);
    },
    signOut: (reason) => signing.signOut(reason),
    tokens: ({ signal, rejected } = {}) =>
      tokensByHand(signal, 'rejected', (tokens) => areRejected(tokens, rejected)),
    refresh: ({ signal } = {}) => tokensByHand(signal, 'forced', () => true),
    guard,
    isOwnCall: own.has,
    warn(option, problem) {
      log.emit({ type: 'warning', option, problem });
      // Whoever set it up so does not listen yet. Not every place has a console.
      globalThis.console?.warn(`Holdfast: ${option}: ${problem}.`);
    },
    current: () => state.current.record?.tokens ?? null,
    snapshot: snapshots.snapshot,
    subscribe: snapshots.subscribe,
    on: log.on,
    history: log.history,
    ready,
    close() {
      askUser.close();
      records.close();
    },
  };
}
