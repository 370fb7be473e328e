import { isHoldfastError, notReplayable, sessionEnded } from '../../errors.js';
import { throwIfAborted } from '../platform/abort.js';
import type { Admission } from './admission.js';
import { askFor, isSameQuestionOpen, type Ask } from '../state/admit.js';
import type { Awaitable } from '../platform/awaitable.js';
import type { Consequences } from './consequences.js';
import type { SessionCore } from '../core/session-core.js';
import type { GuardOptions } from './guard-options.js';
import { carriedBy, judgeStatus, judgeThrown, orAborted } from './judging.js';
import { noteOf } from '../tokens/notes.js';
import type { OwnCalls } from '../renewal/own-calls.js';
import type { Known } from '../state/record.js';
import type { Snapshots } from '../core/snapshot.js';

export type Guard<T> = <Reply>(
  send: (tokens: T | null) => Awaitable<Reply>,
  options?: GuardOptions<Reply>,
) => Promise<Reply>;

const DEFAULTS: GuardOptions<unknown> = {};

/**
 * One request: hold, send, judge, and at most one replay.
 *
 * The loop ends where something is sent that is the caller's. `record` is what it goes out with: at first whatever is fresh,
 * which is all that the hot path looks at; undefined where admission has to be asked; null without tokens. After a
 * rejection it begins again, with what was rejected in `ask`, and no second time.
 */
export function createGuard<T>(
  { settings, state }: SessionCore<T>,
  own: OwnCalls,
  snapshots: Pick<Snapshots, 'count'>,
  admission: Admission<T>,
  consequences: Consequences<T>,
): Guard<T> {
  const { clock } = settings;

  return async function guard<Reply>(
    send: (tokens: T | null) => Awaitable<Reply>,
    options: GuardOptions<Reply> = DEFAULTS,
  ): Promise<Reply> {
    const { signal, judge = judgeStatus } = options;
    if (own.has(signal)) return send(null);
    throwIfAborted(signal);
    if (!options.background) snapshots.count(1);
    try {
      const begun = state.current;
      // Before `staleAt` somebody is signed in, and the tokens serve: see `staleFrom`.
      let record: Known<T> | undefined = clock.now() < state.staleAt ? begun.record : undefined;
      let ask: Ask<T> | undefined;
      for (;;) {
        if (record === undefined) {
          ask ??= askFor(begun);
          record = admission.look(options, ask);
          if (record === undefined) {
            await admission.wait(options, ask);
            continue;
          }
        }
        // Without tokens there is nothing that a refresh could mend.
        if (record === null) return await send(null);
        const rejection = ask?.rejection;
        if (rejection?.isKept && options.release) {
          // Nobody else will read the first reply, and its connection is free for the next.
          rejection.isKept = false;
          options.release(rejection.answer as Reply);
          // That was the caller's function, which may sign out, so look again before sending.
          record = undefined;
          continue;
        }

        let reply: Reply | undefined;
        let thrown: { readonly error: unknown } | undefined;
        try {
          reply = await send(record.tokens);
        } catch (error) {
          // The caller left, or it was guarded already.
          if (signal?.aborted || isHoldfastError(error)) throw error;
          thrown = { error };
        }
        let said = thrown ? judgeThrown(thrown.error, options) : judge(reply as Reply);
        if (typeof said !== 'string') said = await orAborted(Promise.resolve(said), signal);
        const verdict = typeof said === 'string' ? said : said?.verdict;

        if (verdict === 'sign-out') {
          const note = noteOf((said as { note?: unknown }).note, record.tokens);
          consequences.signedOut(record, note);
          throw sessionEnded('server', { note, reply: thrown ? carriedBy(thrown.error) : reply });
        }
        if (verdict === 'refresh') {
          if (rejection) consequences.rejectedAfterRefresh(record, options);
          // Rejected again, the reply is the caller's: another refresh would not help. So is that of a request which began
          // while the user was asked: it may be part of the login, and must not wait for the login's end.
          if (!rejection && !isSameQuestionOpen(state.current, begun)) {
            const answer = thrown ? carriedBy(thrown.error) : reply;
            if (options.replay === false) {
              consequences.rejectedForGood(record, options);
              throw notReplayable(answer);
            }
            ask = askFor(begun, { answer, isKept: !thrown, isReplayTold: false });
            ask.epoch = record.epoch;
            ask.outdated = record.tokens;
            record = undefined;
            continue;
          }
        }
        if (thrown) throw thrown.error;
        if (verdict !== 'refresh') {
          const taken = consequences.accepted(record, reply as Reply, options);
          if (taken) await orAborted(taken, signal);
        }
        return reply as Reply;
      }
    } finally {
      if (!options.background) snapshots.count(-1);
    }
  };
}
