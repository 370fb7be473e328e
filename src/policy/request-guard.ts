import { isHoldfastError } from '../errors.js';
import type { GuardOptions, Verdict } from '../session/request/guard-options.js';
import type { Awaitable } from '../session/platform/awaitable.js';
import { isStream } from './bodies.js';
import type { BufferedBody } from './buffered.js';
import type { ClientSettings, RequestSessionOptions } from './client-options.js';
import { whenKnown } from './judge.js';
import { readFields, readThrown, responseOf } from './replies.js';

/** What a client knows of one request, and of its replies. */
export type GuardedRequest<Reply> = {
  readonly options: RequestSessionOptions | undefined;
  readonly signal: AbortSignal | undefined;
  readonly body: unknown;
  /** Its method, origin and path: what it goes to, without what makes it one of a kind. */
  endpoint(): string;
  /** False for a reply that a redirect brought from where no tokens go: it says nothing of them. */
  trusts(reply: Reply): boolean;
  /** Lets go of a reply that the caller never sees, so that its connection is free for the next. */
  release(reply: Reply): void;
};

export type ClientGuardOptions<Reply> = GuardOptions<Reply> & {
  /** Whether the request may be sent twice. A body that is kept while it is sent shows that only afterwards. */
  readonly replay: boolean;
  /** Its body, where that is a stream which is kept. */
  readonly buffered: BufferedBody | undefined;
};

/** What is thrown where the caller's own timeout or abort broke a request off. */
const BROKEN_OFF = /^(ECONNABORTED|ETIMEDOUT|ERR_CANCELED)$/;

/** What `guard()` is told of one request. */
export function guardOptionsFor<T, Request, Reply>(
  settings: ClientSettings<T, Request>,
  { options = {}, signal, body, endpoint, trusts, release }: GuardedRequest<Reply>,
): ClientGuardOptions<Reply> {
  const { judge, tokensFromReply } = settings;
  const { replay = settings.replay, whenSignedOut = settings.whenSignedOut, background, tag } = options;
  const buffered = replay ? (options.streams ?? settings.streams)?.(body) : undefined;
  let isFirst = true;

  /**
   * A server may answer while a body that is kept is still being uploaded. Where the request will be replayed, as `guard()`
   * does once after `refresh`, that upload is broken off.
   */
  function stopUploadIfReplayed(verdict: Awaitable<Verdict>): Awaitable<Verdict> {
    const mayBeReplayed = isFirst && verdict !== 'pass';
    isFirst = false;
    if (!mayBeReplayed || !buffered) return verdict;
    return whenKnown(verdict, (known) => {
      if (known === 'refresh' && guardOptions.replay) buffered.stop();
      return known;
    });
  }

  const guardOptions: ClientGuardOptions<Reply> = {
    signal,
    buffered,
    replay: replay && (buffered !== undefined || !isStream(body)),
    background,
    tag,
    whenSignedOut,
    endpoint,
    release,
    judge: (reply) => stopUploadIfReplayed(trusts(reply) ? judge(readFields(reply)) : 'pass'),
    judgeThrown(error) {
      const { code } = Object(error) as { code?: unknown };
      // The caller left, or nothing was sent: neither says anything of the tokens.
      if (signal?.aborted || isHoldfastError(error) || BROKEN_OFF.test(String(code))) return 'pass';
      const reply = responseOf(error) as Reply | undefined;
      if (reply !== undefined && !trusts(reply)) return 'pass';
      return stopUploadIfReplayed(judge(readThrown(error)));
    },
  };
  // Only where they are needed: a getter is dear to make.
  if (buffered) Object.defineProperty(guardOptions, 'replay', { get: buffered.isWhole });
  if (tokensFromReply)
    guardOptions.renewedBy = (reply) => {
      const read = readFields(reply);
      return trusts(reply) && read.status !== 304 ? tokensFromReply(read) : undefined;
    };
  return guardOptions;
}
