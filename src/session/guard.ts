import { notReplayable, sessionEnded, type EndReason } from '../errors.js';
import type { SessionRecord } from './record.js';
import { askFor, type Ask } from './state.js';
import type { Awaitable } from './store.js';

/**
 * What a reply means for the tokens it was asked with. `sign-out` may bring a `note` of what the server said (signed in
 * elsewhere, say), for the one message of the app: it comes back in the `ended` event and in `session-ended`.
 */
export type Verdict =
  | 'pass'
  | 'refresh'
  | 'sign-out'
  | { readonly verdict: 'sign-out'; readonly note: string };

/** How one request is guarded. */
export interface GuardOptions<Reply> {
  /**
   * What the reply says of the tokens. A promise where it has to read a body first.
   * @default a `status` of 401 means `refresh`
   */
  judge?(reply: Reply): Awaitable<Verdict>;
  /**
   * The same for what `send` throws. A judge that throws says nothing: the caller gets the error of `send`.
   * @default `judge`, asked about the `response` that the error carries, or else about the error itself
   */
  judgeThrown?(error: unknown): Awaitable<Verdict>;
  /** What becomes of it while nobody is signed in: sent without tokens, or rejected with `session-ended`. @default 'send' */
  whenSignedOut?: 'send' | 'reject' | undefined;
  /**
   * Names what the request goes to, such as its method and path without a query, so that one endpoint which rejects
   * every token uses up no refreshes but its own. Asked for when the request was rejected.
   */
  endpoint?(): string;
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
  admit(turn: Turn, ask: Ask<T>): SessionRecord<T> | null | undefined;
  /** Waits until something changed. Whatever that was, the request is to be admitted anew. */
  wait(turn: Turn, ask: Ask<T>): Promise<void>;
  /** Whether the call is made by `refresh` itself. */
  isOwn(signal: AbortSignal | undefined): boolean;
  /** One more request is pending, or, with −1, one less. */
  count(change: 1 | -1): void;
  /** New tokens are needed, and nobody waits for them. */
  reject(record: SessionRecord<T>): void;
  end(reason: EndReason, record: SessionRecord<T>): void;
  /** Resolves once they are in use: the caller's next request carries them. */
  renewedBy(record: SessionRecord<T>, tokens: unknown): Promise<void>;
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
      let record: SessionRecord<T> | null | undefined = core.usable();
      let rejected: SessionRecord<T> | undefined;
      for (;;) {
        if (record === undefined) {
          const ask = askFor(rejected?.epoch, failures, rejected?.tokens);
          let told = rejected === undefined;
          while ((record = core.admit(options, ask)) === undefined || !told) {
            if (record === undefined) await core.wait(options, ask);
            else core.tell('replayed', options.tag);
            // Whoever was told may have signed out: the last look and the send are one.
            told ||= record !== undefined;
          }
        }
        const reply = await send(record && record.tokens);
        // Without tokens there is nothing that a refresh could mend.
        if (record === null) return reply;
        const judged = judge(reply);
        const known = typeof judged === 'string' ? judged : await judged;
        const verdict = typeof known === 'string' ? known : known.verdict;
        if (verdict === 'sign-out') {
          core.end('server', record);
          throw sessionEnded('server', reply);
        }
        if (verdict === 'pass' && options.renewedBy) {
          await orAborted(core.renewedBy(record, options.renewedBy(reply)), signal);
        }
        // Rejected again, it is the caller's: another refresh would not help.
        if (verdict !== 'refresh' || rejected) return reply;
        if (options.replay === false) {
          core.reject(record);
          throw notReplayable(reply);
        }
        rejected = record;
        record = undefined;
      }
    } finally {
      if (!options.background) core.count(-1);
    }
  };
}

function orAborted(task: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return task;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
    void task.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  // The caller's own reason, whatever it is.
  // eslint-disable-next-line typescript/only-throw-error
  if (signal?.aborted) throw signal.reason;
}
