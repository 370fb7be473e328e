import { notReplayable, sessionEnded, type EndReason } from '../errors.js';
import type { SessionRecord } from './record.js';
import { askFor, type Ask } from './state.js';
import type { Awaitable } from './store.js';

/** What a reply means for the tokens it was asked with. */
export type Verdict = 'pass' | 'refresh' | 'sign-out';

/** How one request is guarded. */
export interface GuardOptions<Reply> {
  /**
   * What the reply says of the tokens. A promise where it has to read a body first.
   * @default a `status` of 401 means `refresh`
   */
  judge?(reply: Reply): Awaitable<Verdict>;
  /** Frees this caller at once, with the signal's own reason, whatever it waits for here. */
  signal?: AbortSignal | undefined;
  /** False where it cannot be sent twice: rejected, it rejects with `not-replayable`. @default true */
  replay?: boolean | undefined;
  /** Neither counted in `pending` nor worth a retry of the refresh. @default false */
  background?: boolean | undefined;
  /** Comes back in the events of this request, to tell it from others. Never put a token or a query in it. */
  tag?: string | undefined;
  /** New tokens, or a new access token, that an ordinary reply brought along; undefined when it brought none. */
  renewedBy?(reply: Reply): unknown;
}

/** What a guard needs of its session. */
export type GuardCore<T> = {
  /** The record, if its tokens go out as they are; undefined when one has to look closer. */
  usable(): SessionRecord<T> | undefined;
  /** How many renewals have failed so far. */
  failures(): number;
  /** The record whose tokens the request goes out with, null: with none, undefined: it has to wait. */
  admit(turn: Turn, ask: Ask): SessionRecord<T> | null | undefined;
  /** Waits until something changed. Whatever that was, the request is to be admitted anew. */
  wait(turn: Turn, ask: Ask): Promise<void>;
  /** Whether the call is made by `refresh` itself. */
  isOwn(signal: AbortSignal | undefined): boolean;
  /** One more request is pending, or, with −1, one less. */
  count(change: 1 | -1): void;
  /** New tokens are needed, and nobody waits for them. */
  reject(record: SessionRecord<T>): void;
  end(reason: EndReason, record: SessionRecord<T>): void;
  renewedBy(record: SessionRecord<T>, tokens: unknown): void;
  tell(type: 'replayed', tag: string | undefined): void;
};

export type Turn = Pick<GuardOptions<unknown>, 'signal' | 'background' | 'tag'>;

export type Guard<T> = <Reply>(
  send: (tokens: T | null) => Awaitable<Reply>,
  options?: GuardOptions<Reply>,
) => Promise<Reply>;

const DEFAULTS: GuardOptions<unknown> = {};

function judgeStatus(reply: unknown): Verdict {
  return (reply as { status?: unknown } | null)?.status === 401 ? 'refresh' : 'pass';
}

/** One request: hold, send, judge, and at most one replay. */
export function createGuard<T>(core: GuardCore<T>): Guard<T> {
  return async function guard(send, options = DEFAULTS) {
    const { signal, judge = judgeStatus } = options;
    if (core.isOwn(signal)) return send(null);
    throwIfAborted(signal);
    if (!options.background) core.count(1);
    try {
      const failures = core.failures();
      let first: SessionRecord<T> | null | undefined = core.usable();
      if (first === undefined) {
        const ask = askFor(undefined, failures);
        while ((first = core.admit(options, ask)) === undefined) await core.wait(options, ask);
      }
      const reply = await send(first && first.tokens);
      // Without tokens there is nothing that a refresh could mend.
      if (first === null) return reply;
      let verdict = judge(reply);
      if (typeof verdict !== 'string') verdict = await verdict;
      if (verdict === 'pass') {
        if (options.renewedBy) core.renewedBy(first, options.renewedBy(reply));
        return reply;
      }
      if (verdict === 'sign-out') throw signedOutBy(first, reply);
      if (options.replay === false) {
        core.reject(first);
        throw notReplayable(reply);
      }
      throwIfAborted(signal);
      const ask = askFor(first.epoch, failures, first.generation);
      let second;
      while ((second = core.admit(options, ask)) === undefined) await core.wait(options, ask);
      core.tell('replayed', options.tag);
      const last = await send(second && second.tokens);
      // Rejected again, it is the caller's: another refresh would not help.
      if (second !== null) {
        if ((await judge(last)) === 'sign-out') throw signedOutBy(second, last);
        if (options.renewedBy) core.renewedBy(second, options.renewedBy(last));
      }
      return last;
    } finally {
      if (!options.background) core.count(-1);
    }
  };

  function signedOutBy(record: SessionRecord<T>, reply: unknown): Error {
    core.end('server', record);
    return sessionEnded('server', reply);
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  // The caller's own reason, whatever it is.
  // eslint-disable-next-line typescript/only-throw-error
  if (signal?.aborted) throw signal.reason;
}
