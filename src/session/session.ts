import { refreshFailed, sessionEnded, type EndReason } from '../errors.js';
import { createBreaker } from './breaker.js';
import { createEventLog, type SessionEvent, type SessionEventOf, type SessionEventType } from './events.js';
import { createFlight, type Flight } from './flight.js';
import { createGuard, throwIfAborted, type Guard, type Turn } from './guard.js';
import { createIdentity, type Identity } from './identity.js';
import { createKeeper } from './keeper.js';
import { createLive, type SessionSnapshot } from './live.js';
import { resolveOptions, type SessionOptions } from './options.js';
import type { SessionRecord } from './record.js';
import { admit, askFor, endReasonOf, type Ask } from './state.js';
import { mergeTokens, sameTokens, withAccessToken, accessTokenOf } from './tokens.js';
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
 *     return response.json();
 *   },
 * });
 * ```
 */
export function createSession<T>(options: SessionOptions<T>): Session<T> {
  const settings = resolveOptions(options);
  const { clock, store } = settings;
  const log = createEventLog(clock);
  const room = createWaitingRoom(() => live.touch());
  const live = createLive(settings, log, () => room.held);
  const keeper = createKeeper(store, clock, (problem) => log.emit({ type: 'store-failed', problem }));
  const breaker = createBreaker(settings.breaker);
  const hints = new Set<() => void>();
  const ownSignals = new WeakSet<AbortSignal>();
  let ownDepth = 0;

  const flight: Flight = createFlight<T>({
    settings, live, keeper, breaker, room, log, asOwn,
    onHint(listener) {
      hints.add(listener);
      return () => void hints.delete(listener);
    },
    signIn: (tokens) => identity.signIn(tokens),
    end: (reason) => identity.signOut(reason),
  }); // prettier-ignore
  const identity: Identity<T> = createIdentity<T>({ live, keeper, breaker, room, log, flight, clock });

  const unsubscribe = store.subscribe?.((problem) => {
    if (typeof problem === 'string') log.emit({ type: 'store-failed', problem });
    for (const listener of [...hints]) listener();
    void identity.sync();
  });
  const ready = identity.load();

  /** Rule 7: what `refresh` sends before its first await, or with its signal, passes through. */
  function asOwn<Value>(task: () => Value, signal: AbortSignal): Value {
    ownSignals.add(signal);
    ownDepth++;
    try {
      return task();
    } finally {
      ownDepth--;
    }
  }

  function isOwnCall(signal?: AbortSignal): boolean {
    return ownDepth > 0 || (signal !== undefined && ownSignals.has(signal));
  }

  /** Looks whether a request may go now, and sees to it that what it waits for is under way. */
  function admitNow(turn: Turn, ask: Ask): SessionRecord<T> | null | undefined {
    throwIfAborted(turn.signal);
    const answer = admit(live.state, ask, clock.now(), settings.holdAlways);
    switch (answer.type) {
      case 'ended':
        throw sessionEnded(answer.reason);
      case 'failed':
        throw refreshFailed(answer.failure);
      case 'wait':
        if (answer.reason === null) return undefined;
        ask.epoch ??= live.state.record?.epoch;
        flight.start(answer.reason);
        return undefined;
      case 'go':
        // A store that could not be read at first may answer by now.
        if (answer.record === null && !ask.held && identity.reload()) return undefined;
        if (answer.ahead) flight.start('ageing');
        if (ask.held) log.tell('released', turn.tag);
        return answer.record;
    }
  }

  function wait(turn: Turn, ask: Ask): Promise<void> {
    if (!ask.held) log.tell('held', turn.tag);
    ask.held = true;
    return room.wait(turn.signal, turn.background === true);
  }

  const guard = createGuard<T>({
    usable() {
      // Only what is signed in is fresh.
      return clock.now() < live.staleAt ? (live.state.record as SessionRecord<T>) : undefined;
    },
    failures: () => live.state.failures,
    admit: admitNow,
    wait,
    isOwn: isOwnCall,
    count(change) {
      live.traffic.pending += change;
      live.touch();
    },
    reject(record) {
      const { state } = live;
      const isCurrent = state.status === 'signed-in' && state.record?.generation === record.generation;
      if (isCurrent && state.record?.epoch === record.epoch) flight.start('rejected');
    },
    end(reason, record) {
      if (live.state.status === 'signed-in' && live.state.record?.epoch === record.epoch)
        void identity.signOut(reason);
    },
    renewedBy,
    tell: log.tell,
  });

  /** Newer tokens that came with an ordinary reply. Those of an older request may be older than the current ones. */
  function renewedBy(record: SessionRecord<T>, brought: unknown): Promise<void> | undefined {
    if (!brought || live.state.record?.generation !== record.generation || record.tokens === null)
      return undefined;
    const { tokens } = record;
    const fresh =
      typeof brought === 'string'
        ? withAccessToken(tokens, brought)
        : mergeTokens(tokens, brought as Partial<T>);
    if (!accessTokenOf(fresh) || sameTokens(tokens, fresh)) return undefined;
    return identity.renewInPlace(record, fresh);
  }

  async function tokensFor(
    signal: AbortSignal | undefined,
    reason: Ask['reason'],
    isOutdated: (tokens: T) => boolean,
  ): Promise<T> {
    throwIfAborted(signal);
    const { failures } = live.state;
    while (live.state.status === 'loading' || live.state.signingIn) {
      await room.wait(signal, false);
      throwIfAborted(signal);
    }
    const known = live.state.status === 'signed-in' ? live.state.record : null;
    const outdated = known?.tokens != null && isOutdated(known.tokens) ? known.generation : undefined;
    const ask = askFor(known?.epoch, failures, outdated, reason);
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
        (tokens) => rejected !== undefined && (tokens === rejected || sameTokens(rejected, tokens)),
      ),
    refresh: ({ signal } = {}) => tokensFor(signal, 'forced', () => true),
    guard,
    isOwnCall,
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
