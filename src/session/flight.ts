import type { EndReason } from '../errors.js';
import { throwIfAborted } from './abort.js';
import { createAbortController } from './clock.js';
import { nameOf, type EventLog, type RefreshReason } from './events.js';
import { BY_CLOCK, type Fruitless } from './fruitless.js';
import type { Identity } from './identity.js';
import type { Keeper } from './keeper.js';
import type { Live } from './live.js';
import type { Settings } from './options.js';
import type { OwnCalls } from './own-calls.js';
import { renewed, sameTokens, type SessionRecord } from './record.js';
import { plainTokens } from './plain-tokens.js';
import { renew, type RenewalOutcome } from './renewal.js';
import { failed } from './state.js';
import { copyOf } from './store.js';
import { flawOf, sameSecrets } from './tokens.js';
import type { WaitingRoom } from './waiting-room.js';

/** The one renewal of this session that may be under way, and what its outcome means here. */
export type Flight = {
  /**
   * Begins a renewal; none is under way. `unproven` names whom it is for, where nobody will hear whether it helped.
   */
  start(reason: RefreshReason, unproven?: string): void;
  /** Whoever signed in or out made it pointless: its outcome is dropped, and so is the question to the user. */
  stop(): void;
  /** Keeps no timer that somebody has to answer before. */
  close(): void;
  /** Whether it is between its first read and its outcome: then news of its own sign-in is its own business. */
  readonly renewing: boolean;
  /** How long ago `refresh` was called last; 0 where no renewal is under way. */
  durationMs(): number;
};

export type FlightContext<T> = {
  readonly settings: Settings<T>;
  readonly live: Live<T>;
  readonly keeper: Keeper<T>;
  readonly fruitless: Fruitless;
  readonly room: WaitingRoom;
  readonly log: EventLog;
  readonly own: OwnCalls;
  readonly hint: () => Promise<void>;
  /** Given late, since it needs the flight too. */
  readonly identity: () => Identity<T>;
};

/** Why a sign-in is over, and what the server said to it. */
type Ending = { readonly reason: EndReason; readonly note?: string };

type Run = {
  readonly controller: AbortController;
  readonly unproven: string | undefined;
  startedAt: number;
  /** The refresh was refused, and the user is asked for new tokens. */
  asking: boolean;
};

export function createFlight<T>(context: FlightContext<T>): Flight {
  const { settings, live, keeper, fruitless, room, log, own, hint, identity } = context;
  const { clock, retry } = settings;
  let current: Run | undefined;
  /** Lets a question go on without an end. */
  let forgetDeadline = (): void => {};

  function start(reason: RefreshReason, unproven?: string): void {
    // Only tokens that are there are refreshed.
    const known = live.state.record as SessionRecord<T>;
    const controller = createAbortController();
    const mine: Run = { controller, unproven, startedAt: clock.now(), asking: false };
    current = mine;
    live.become({ ...live.state, refreshing: reason });
    void fly(mine, reason, known);
  }

  async function fly(mine: Run, reason: RefreshReason, known: SessionRecord<T>): Promise<void> {
    const { controller } = mine;
    const { signal } = controller;
    const began = identity().signings;
    const { failure, sharedUntil } = live.state;
    let outcome: RenewalOutcome<T>;
    try {
      outcome = await renew<T>({
        settings, keeper, reason, known, controller, hint,
        // While it goes on failing, each request that asks is one try, and not three.
        isRepeated: failure !== null && clock.now() < sharedUntil,
        wanted: () => room.wanted > 0,
        giveUp() {
          const { held } = room;
          controller.abort();
          // Whoever leaves now waited with the signal of this very refresh, wrapped by a client on the way.
          return room.held < held ? 'RefreshWaitedForItself' : 'RefreshTimeout';
        },
        isMoot: () => identity().signings !== began,
        salvaged(record) {
          fruitless.made(record.generation);
          identity().learn(record, 'here');
        },
        async call(tokens, attempt) {
          mine.startedAt = clock.now();
          log.emit({ type: 'refresh-started', reason, attempt });
          // A listener signed in or out: these tokens are not sent any more.
          throwIfAborted(signal);
          // Its own, to change in place if it likes.
          return own.run(() => settings.refresh(copyOf(tokens), { signal, reason }), signal);
        },
      }); // prettier-ignore
    } catch (error) {
      outcome = { type: 'failed', failure: { kind: 'unavailable', error: nameOf(error) } };
    }
    if (mine === current) await land(mine, outcome);
    if (mine !== current) return;
    finish();
    live.become({ ...live.state, question: null });
    if (outcome.type === 'failed') {
      log.emit({ type: 'refresh-failed', ...outcome.failure });
      // News that came meanwhile was left to the renewal.
      void identity().sync();
    }
    room.wake();
  }

  async function land(mine: Run, outcome: RenewalOutcome<T>): Promise<void> {
    const now = clock.now();
    switch (outcome.type) {
      case 'renewed':
        fruitless.made(outcome.record.generation);
        if (mine.unproven !== undefined) fruitless.unproven(mine.unproven, now);
        identity().learn(outcome.record, 'here');
        // Dead on arrival: nobody was helped, and the next request would ask for others at once.
        if (now >= (live.state.validity?.expiresAt ?? Infinity)) fruitless.unproven(BY_CLOCK, now);
        return;
      case 'refused':
        if (outcome.record.tokens === null) return identity().learn(outcome.record, 'here');
        return askUser(mine, outcome.record, outcome);
      case 'moved':
        return identity().learn(outcome.record, 'elsewhere');
      case 'failed': {
        const { kind, retryAt } = outcome.failure;
        // So that not every request begins a refresh ahead of time. An earlier refresh token has to be presented again
        // while the server still takes it.
        const restMs = kind === 'ambiguous' ? Math.min(retry.maxMs, settings.reuseGraceMs / 2) : retry.maxMs;
        live.become(
          failed(live.state, outcome.failure, retryAt ?? now + restMs, retryAt ?? now + retry.maxMs),
        );
        break;
      }
      case 'declined':
        live.become({ ...live.state, restUntil: now + retry.maxMs });
    }
  }

  /** Its signal is not aborted: an answer after its deadline may still come. */
  function finish(): void {
    current = undefined;
    live.become({ ...live.state, refreshing: null });
  }

  /** Asks for new tokens, outside every lock: held requests go on with those of the same person, and no other. */
  async function askUser(mine: Run, refused: SessionRecord<T>, ending: Ending): Promise<void> {
    const old = refused.tokens as T;
    mine.asking = true;
    live.become({ ...live.state, question: { ...ending, subject: settings.subject(old) } });
    log.emit({ type: 'asked', reason: ending.reason });
    // A listener signed in or out.
    if (mine !== current) return;
    const tokens = await answerOf(mine.controller.signal, ending);
    // Somebody signed in or out while the user was asked: that was the answer.
    if (mine !== current) return;
    const flaw = tokens === null ? undefined : flawOf(old, tokens);
    if (flaw) log.emit({ type: 'warning', option: 'onExpired', problem: `it resolved to ${flaw}` });
    if (tokens === null || flaw || sameSecrets(old, tokens)) {
      return identity().end(ending.reason, ending.note, (stored) => sameTokens(stored, refused));
    }
    const subject = settings.subject(old);
    if (subject === undefined || subject !== settings.subject(tokens)) return identity().signIn(tokens);
    // From here on it is this renewal's own business again: a hint of its own write is no news.
    mine.asking = false;
    const age = identity().ageOf(tokens);
    const began = identity().signings;
    let fresh: SessionRecord<T> | undefined;
    const standing = await keeper.write((stored) => {
      const stands = stored && sameTokens(stored, refused) && identity().signings === began;
      return (fresh = stands ? { ...renewed(stored, tokens, age.requestedAt), ...age } : undefined);
    });
    if (fresh) fruitless.made(fresh.generation);
    if (mine === current) identity().learn(standing, fresh ? 'here' : 'elsewhere');
  }

  /** What the user answers: null where nobody does in time, or somebody signed in or out meanwhile. */
  function answerOf(signal: AbortSignal, { reason, note }: Ending): Promise<T | null> {
    const question = { reason, ...(note !== undefined && { note }), signal };
    const ask = async (): Promise<T | null> => {
      const answer = await own.run(() => settings.onExpired?.(question), signal);
      return plainTokens(answer ?? null, 'onExpired()');
    };
    return new Promise((resolve) => {
      const settle = (answer: T | null): void => {
        cancel();
        signal.removeEventListener('abort', giveUp);
        resolve(answer);
      };
      const giveUp = (): void => settle(null);
      const cancel = clock.setTimer(giveUp, settings.askTimeoutMs);
      forgetDeadline = cancel;
      signal.addEventListener('abort', giveUp);
      ask().then(settle, (error: unknown) => {
        log.emit({ type: 'listener-failed', problem: nameOf(error) });
        giveUp();
      });
    });
  }

  return {
    start,
    stop() {
      const stopped = current;
      if (stopped) finish();
      stopped?.controller.abort();
    },
    close: () => forgetDeadline(),
    get renewing() {
      return current !== undefined && !current.asking;
    },
    durationMs: () => (current ? clock.now() - current.startedAt : 0),
  };
}
