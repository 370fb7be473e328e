import { isHoldfastError, notReplayable, sessionEnded, withReply } from '../errors.js';
import { abortReason, throwIfAborted } from './abort.js';
import type { Fruitless } from './fruitless.js';
import { noteOf } from './notes.js';
import type { SessionRecord } from './record.js';
import { askFor, beganWhileAsked, type Ask, type SessionState } from './state.js';
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
  /** Lets go of a reply that was rejected, just before its request is sent again: the caller never sees it. */
  release?(reply: Reply): void;
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
  /** All that the session knows at this moment. */
  state(): SessionState<T>;
  /** The record whose tokens the request goes out with, null: with none, undefined: it has to wait. */
  admit(turn: Turn, ask: Ask<T>): SessionRecord<T> | null | undefined;
  /** Waits until something changed. Whatever that was, the request is to be admitted anew. */
  wait(turn: Turn, ask: Ask<T>): Promise<void>;
  /** Whether the call is made by `refresh` itself. */
  isOwn(signal: AbortSignal | undefined): boolean;
  /** One more request is pending, or, with −1, one less. */
  count(change: 1 | -1): void;
  /** New tokens are needed for `endpoint`, and nobody waits for them. */
  reject(record: SessionRecord<T>, endpoint: string): void;
  /** A reply to these tokens says that the session is over. */
  end(record: SessionRecord<T>, note: string | undefined): void;
  readonly fruitless: Pick<Fruitless, 'counting'>;
  /** The tokens were taken: only worth telling while something is counted. */
  accepted(endpoint: string): void;
  /** The tokens were rejected although they are new. */
  rejectedAgain(record: SessionRecord<T>, endpoint: string): void;
  /** Resolves once they are in use: the caller's next request carries them. */
  renewedBy(record: SessionRecord<T>, tokens: unknown): Promise<void>;
  tell(type: 'replayed', tag: string | undefined): void;
};

export type Turn = Pick<
  GuardOptions<unknown>,
  'signal' | 'background' | 'tag' | 'whenSignedOut' | 'endpoint'
>;

export type Guard<T> = <Reply>(
  send: (tokens: T | null) => Awaitable<Reply>,
  options?: GuardOptions<Reply>,
) => Promise<Reply>;

const DEFAULTS: GuardOptions<unknown> = {};

/** A request that does not say what it goes to shares its account with all others that don't. */
export const endpointOf = ({ endpoint }: Turn): string => endpoint?.() ?? '';

/** What an attempt came to where it was no reply. */
type Thrown = { readonly error: unknown };
/** The attempt that was rejected, and is to be made again. */
type Rejection<T> = {
  readonly record: SessionRecord<T>;
  /** What is known of the reply, and whether `send` resolved to it. */
  readonly reply: unknown;
  readonly isReply: boolean;
  told: boolean;
};

/** One request: hold, send, judge, and at most one replay. */
export function createGuard<T>(core: GuardCore<T>): Guard<T> {
  /** What the request goes out with now; undefined: it has to wait. @throws why it may not go out at all */
  function look(
    options: Turn,
    ask: Ask<T>,
    rejection: Rejection<T> | undefined,
  ): SessionRecord<T> | null | undefined {
    try {
      const record = core.admit(options, ask);
      if (record === undefined || !rejection || rejection.told) return record;
      rejection.told = true;
      core.tell('replayed', options.tag);
      // Whoever was told may have signed out, so look again before sending.
      return core.admit(options, ask);
    } catch (error) {
      throw withReply(error, rejection?.reply);
    }
  }

  return async function guard<Reply>(
    send: (tokens: T | null) => Awaitable<Reply>,
    options: GuardOptions<Reply> = DEFAULTS,
  ): Promise<Reply> {
    const { signal, judge = judgeStatus } = options;
    if (core.isOwn(signal)) return send(null);
    throwIfAborted(signal);
    if (!options.background) core.count(1);
    try {
      const begun = core.state();
      let record: SessionRecord<T> | null | undefined = core.usable();
      let rejection: Rejection<T> | undefined;
      for (;;) {
        if (record === undefined) {
          const ask = askFor(begun, rejection?.record.epoch, rejection?.record.tokens);
          // Nothing may come between the last look and the send.
          while ((record = look(options, ask, rejection)) === undefined) await core.wait(options, ask);
        }
        // Without tokens there is nothing that a refresh could mend.
        if (record === null) return await send(null);
        // Nobody will read the first reply any more, and its connection is free for the next.
        if (rejection?.isReply) options.release?.(rejection.reply as Reply);

        let reply: Reply | undefined;
        let thrown: Thrown | undefined;
        try {
          reply = await send(record.tokens);
        } catch (error) {
          // The caller left, or it was guarded already.
          if (signal?.aborted || isHoldfastError(error)) throw error;
          thrown = { error };
        }
        const judged = thrown ? judgeThrown(thrown, options) : judge(reply as Reply);
        const known = typeof judged === 'string' ? judged : await orAborted(Promise.resolve(judged), signal);
        const verdict = typeof known === 'string' ? known : known?.verdict;

        if (verdict === 'sign-out') {
          const note = noteOf((known as { note?: unknown }).note, record.tokens);
          core.end(record, note);
          throw sessionEnded('server', { note, reply: thrown ? carriedBy(thrown.error) : reply });
        }
        if (verdict !== 'refresh') {
          if (thrown) throw thrown.error;
          if (core.fruitless.counting) core.accepted(endpointOf(options));
          if (options.renewedBy) {
            await orAborted(core.renewedBy(record, options.renewedBy(reply as Reply)), signal);
          }
          return reply as Reply;
        }
        // Rejected again, it is the caller's: another refresh would not help.
        if (rejection) core.rejectedAgain(record, endpointOf(options));
        if (rejection || beganWhileAsked(core.state(), begun)) {
          if (thrown) throw thrown.error;
          return reply as Reply;
        }
        const answer = thrown ? carriedBy(thrown.error) : reply;
        if (options.replay === false) {
          core.reject(record, endpointOf(options));
          throw notReplayable(answer);
        }
        rejection = { record, reply: answer, isReply: !thrown, told: false };
        record = undefined;
      }
    } finally {
      if (!options.background) core.count(-1);
    }
  };
}

/** A judge that cannot make anything of an error says nothing: the caller is to see that error, and no other. */
async function judgeThrown<Reply>({ error }: Thrown, options: GuardOptions<Reply>): Promise<Verdict> {
  const { judge = judgeStatus } = options;
  try {
    return await (options.judgeThrown ? options.judgeThrown(error) : judge(carriedBy(error) as Reply));
  } catch {
    return 'pass';
  }
}

/** Many clients throw an error that carries the reply, others one that is as good as a reply itself. */
function carriedBy(error: unknown): unknown {
  try {
    return (error as { response?: unknown } | null | undefined)?.response ?? error;
  } catch {
    // A getter of its own.
    return error;
  }
}

function judgeStatus(reply: unknown): Verdict {
  const { status, statusCode } = (reply ?? {}) as { status?: unknown; statusCode?: unknown };
  return (status ?? statusCode) === 401 ? 'refresh' : 'pass';
}

function orAborted<Value>(task: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return task;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(abortReason(signal));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
    void task.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
