import type { Clock } from '../platform/clock.js';
import type { SessionCore } from '../core/session-core.js';
import { nameOf } from '../platform/name-of.js';
import { firstOf } from '../platform/first-of.js';
import { ageOf } from '../state/freshness.js';
import type { OwnCalls } from './own-calls.js';
import { plainTokens } from '../tokens/plain-tokens.js';
import { renewed, sameTokens, type SessionRecord } from '../state/record.js';
import type { Learn, Records } from '../core/records.js';
import type { ActiveRenewal } from './refresh-call.js';
import type { Signing } from '../core/sign-in.js';
import type { Question } from '../state/state.js';
import { asked } from '../state/transitions.js';
import { flawOf, sameSecrets } from '../tokens/tokens.js';

/** Asks the user for new tokens by `onExpired`, outside every lock, once the refresh was refused. */
export type AskUser<T> = {
  /** Held requests go on with tokens of the same person, and of no other. */
  ask(renewal: ActiveRenewal, refused: SessionRecord<T>, question: Question): Promise<void>;
  /** Lets a question go on without an end: keeps no timer that somebody has to answer before. */
  close(): void;
};

export function createAskUser<T>(
  { settings, state, log }: SessionCore<T>,
  own: OwnCalls,
  records: Pick<Records<T>, 'write'>,
  learn: Learn<T>,
  signing: Pick<Signing<T>, 'signIn' | 'end'>,
): AskUser<T> {
  const { clock } = settings;
  let forgetDeadline = (): void => {};

  async function ask(renewal: ActiveRenewal, refused: SessionRecord<T>, question: Question): Promise<void> {
    const { reason, note } = question;
    const old = refused.tokens as T;
    const subject = settings.subject(old);
    // `subject` is the user's, and may sign out, as a listener may.
    if (renewal.isOver()) return;
    state.set(asked(state.current, question, subject));
    log.emit({ type: 'asked', reason });
    if (renewal.isOver()) return;
    const tokens = await answerTo(question, renewal.controller.signal);
    if (renewal.isOver()) return;
    const flaw = tokens === null ? undefined : flawOf(old, tokens);
    if (flaw) log.emit({ type: 'warning', option: 'onExpired', problem: `it resolved to ${flaw}` });
    const isNone = tokens === null || flaw !== undefined || sameSecrets(old, tokens);
    const isSame = !isNone && subject !== undefined && subject === settings.subject(tokens);
    // Somebody signed in or out while the user was asked, or just now: that was the answer.
    if (renewal.isOver()) return;
    if (isNone) return signing.end(reason, note, (standing) => sameTokens(standing, refused));
    return isSame ? goOn(refused, tokens) : signing.signIn(tokens);
  }

  /** The same person goes on with the same sign-in. */
  async function goOn(refused: SessionRecord<T>, tokens: T): Promise<void> {
    const { signings, skewMs } = state.current;
    const age = ageOf(tokens, clock.now(), skewMs);
    let fresh: SessionRecord<T> | undefined;
    const standing = await records.write((stored) => {
      const stands = stored && sameTokens(stored, refused) && state.current.signings === signings;
      return (fresh = stands ? { ...renewed(stored, tokens, age.requestedAt), ...age } : undefined);
    });
    learn(standing, fresh ? 'here' : 'elsewhere');
  }

  /** What the user answers: null where nobody does in time, or somebody signed in or out meanwhile. */
  function answerTo({ reason, note }: Question, signal: AbortSignal): Promise<T | null> {
    const question = { reason, ...(note !== undefined && { note }), signal };
    const forgetful: Pick<Clock, 'setTimer'> = {
      setTimer: (callback, delayMs) => (forgetDeadline = clock.setTimer(callback, delayMs)),
    };
    async function answer(): Promise<T | null> {
      try {
        const given = await own.run(() => settings.onExpired?.(question), signal);
        return plainTokens(given ?? null, 'onExpired()');
      } catch (error) {
        log.emit({ type: 'listener-failed', problem: nameOf(error) });
        return null;
      }
    }
    return firstOf<T | null>(forgetful, settings.askTimeoutMs, signal, answer, () => null);
  }

  return { ask, close: () => forgetDeadline() };
}
