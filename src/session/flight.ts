import type { EndReason } from '../errors.js';
import { createAbortController } from './clock.js';
import type { Breaker } from './breaker.js';
import { nameOf, type EventLog, type RefreshReason } from './events.js';
import type { Keeper } from './keeper.js';
import type { RefreshFailure } from './failure.js';
import type { Live } from './live.js';
import type { Settings } from './options.js';
import { renewed, type SessionRecord } from './record.js';
import { renew, type RenewalOutcome } from './renewal.js';
import { flawOf } from './tokens.js';
import type { WaitingRoom } from './waiting-room.js';

/** The one renewal of this session that may be under way. */
export type Flight = {
  /** Begins a renewal, unless one is under way. */
  start(reason: RefreshReason): void;
  /** Whoever signed in or out made it pointless: its outcome is dropped, and so is the question to the user. */
  stop(): void;
  /** Whether it is between its first read and its outcome: then news of its own sign-in is its own business. */
  readonly renewing: boolean;
};

export type FlightContext<T> = {
  readonly settings: Settings<T>;
  readonly live: Live<T>;
  readonly keeper: Keeper<T>;
  readonly breaker: Breaker;
  readonly room: WaitingRoom;
  readonly log: EventLog;
  /** Runs the user's function, and marks what it calls meanwhile as the session's own. */
  asOwn<Value>(task: () => Value, signal: AbortSignal): Value;
  onHint(listener: () => void): () => void;
  signIn(tokens: T): Promise<void>;
  end(reason: EndReason): Promise<void>;
};

type Run = {
  readonly controller: AbortController;
  readonly reason: RefreshReason;
  startedAt: number;
  asking: boolean;
};

export function createFlight<T>(context: FlightContext<T>): Flight {
  const { settings, live, keeper, breaker, room, log } = context;
  const { clock } = settings;
  let current: Run | undefined;
  let latest: AbortController | undefined;

  async function run(mine: Run, known: SessionRecord<T>): Promise<void> {
    let outcome = await renewSafely(mine, known);
    if (mine !== current) return;
    if (outcome.type === 'refused' && settings.onExpired) {
      outcome = await askUser(mine, outcome, settings.onExpired);
      // Somebody signed in or out while the user was asked: that was the answer.
      if (mine !== current) return;
    }
    current = undefined;
    land(mine, outcome);
  }

  async function renewSafely(mine: Run, known: SessionRecord<T>): Promise<RenewalOutcome<T>> {
    const { reason, controller } = mine;
    try {
      if (keeper.owes && !(await keeper.settle()))
        return { type: 'failed', failure: { kind: 'unavailable' } };
      return await renew({
        settings,
        keeper,
        breaker,
        reason,
        known,
        signal: controller.signal,
        wanted: () => room.wanted > 0,
        onHint: context.onHint,
        salvaged: (record) => take(record, 0),
        async call(tokens, signal, attempt) {
          mine.startedAt = clock.now();
          log.emit({ type: 'refresh-started', reason, attempt });
          // A listener signed in or out: these tokens are not sent any more.
          if (signal.aborted) throw signal.reason;
          return context.asOwn(() => settings.refresh(tokens, { signal, reason }), signal);
        },
      });
    } catch (error) {
      return { type: 'failed', failure: { kind: 'unavailable', error: nameOf(error) } };
    }
  }

  /** Asks for new tokens, outside every lock. */
  async function askUser(
    mine: Run,
    refused: Extract<RenewalOutcome<T>, { type: 'refused' }>,
    onExpired: NonNullable<Settings<T>['onExpired']>,
  ): Promise<RenewalOutcome<T>> {
    const { record, reason } = refused;
    const { signal } = mine.controller;
    mine.asking = true;
    log.emit({ type: 'asked', reason });
    let answer: T | null = null;
    try {
      answer = await context.asOwn(() => onExpired({ reason, signal }), signal);
    } catch (error) {
      log.emit({ type: 'listener-failed', problem: nameOf(error) });
    }
    if (mine !== current || answer === null || flawOf(record.tokens, answer)) return refused;
    const tokens = answer;
    // From here on it is this renewal's own business again: a hint of its own write is no news.
    mine.asking = false;
    breaker.reset();
    if (!sameSubject(record.tokens as T, tokens)) {
      // Stops this flight: what is held never goes out under another identity.
      void context.signIn(tokens);
      return refused;
    }
    let mended: SessionRecord<T> | undefined;
    const standing = await keeper.write((stored) => {
      const stands = mine === current && stored?.epoch === record.epoch && stored.tokens !== null;
      return (mended = stands ? renewed(stored, tokens, clock.now()) : undefined);
    });
    return mended ? { type: 'renewed', record: mended } : { type: 'moved', record: standing };
  }

  function sameSubject(before: T, after: T): boolean {
    const subject = settings.subject(before);
    return subject !== undefined && subject === settings.subject(after);
  }

  function land(mine: Run, outcome: RenewalOutcome<T>): void {
    const settled = { type: 'refresh-settled' } as const;
    const now = clock.now();
    const { held } = room;
    switch (outcome.type) {
      case 'renewed':
        live.apply(settled);
        take(outcome.record, now - mine.startedAt);
        break;
      case 'moved':
        live.apply(settled);
        live.learn(outcome.record, 'elsewhere', true, held);
        break;
      case 'refused':
        live.apply(settled);
        // Given back for the user to be asked, who had no answer; or ended in the store already.
        if (outcome.record.tokens !== null) void context.end(outcome.reason);
        else live.learn(outcome.record, 'here', false);
        break;
      case 'failed':
        live.apply({ ...settled, failure: outcome.failure, restUntil: now + restMs(outcome.failure) });
        log.emit({ type: 'refresh-failed', ...outcome.failure });
        break;
      case 'declined':
        live.apply({ ...settled, restUntil: now + settings.retry.maxMs });
    }
    room.wake();
  }

  /** How long no refresh ahead of time is begun after one that failed, so that not every request begins one. */
  function restMs({ kind, retryAt }: RefreshFailure): number {
    const { retry, reuseGraceMs } = settings;
    if (retryAt !== undefined) return retryAt - clock.now();
    // The earlier refresh token has to be presented again while the server still takes it.
    return kind === 'ambiguous' ? Math.min(retry.maxMs, reuseGraceMs / 2) : retry.maxMs;
  }

  function take(record: SessionRecord<T>, durationMs: number): void {
    const { held } = room;
    if (!live.learn(record, 'here', false)) return;
    log.emit({ type: 'refreshed', generation: record.generation, held, durationMs });
    room.wake();
  }

  return {
    start(reason) {
      const { record, signingIn } = live.state;
      if (current || !record || signingIn) return;
      latest = createAbortController();
      current = { controller: latest, reason, startedAt: clock.now(), asking: false };
      live.apply({ type: 'refresh-began', reason });
      void run(current, record);
    },
    stop() {
      // Also the last one that is over: its answer may still come, after its deadline.
      const controller = latest;
      latest = undefined;
      if (current) live.apply({ type: 'refresh-settled' });
      current = undefined;
      controller?.abort();
    },
    get renewing() {
      return current !== undefined && !current.asking;
    },
  };
}
