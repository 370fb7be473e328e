/**
 * Why a session ended.
 *
 * - `refresh-rejected`: the server refused the refresh token.
 * - `refresh-lost`: a refresh was sent, its answer never came, and afterwards the server refused the old refresh token.
 * - `signed-out`: `signOut()` was called, here or in another tab or process of the same store.
 * - `replaced`: somebody signed in again; what was asked under the earlier sign-in never goes out under the new one.
 * - `server`: a reply was judged `sign-out`.
 */
export type EndReason = 'refresh-rejected' | 'refresh-lost' | 'signed-out' | 'replaced' | 'server';

/**
 * Why a refresh failed without ending the session. All but `ambiguous` leave the refresh token unspent.
 *
 * - `offline`: the request never left.
 * - `throttled`: the server asked for fewer requests (429).
 * - `unavailable`: the server, or the store of the session, could not serve (500, 503).
 * - `ambiguous`: it was sent and its answer never came, or was no answer: the server may have rotated the tokens.
 * - `too-many`: refreshes for this kept not helping, so the next one has to wait.
 */
export type RefreshFailureKind = 'offline' | 'throttled' | 'unavailable' | 'ambiguous' | 'too-many';

/** What each code of a {@link HoldfastError} brings along. */
export interface HoldfastErrorDetails {
  /**
   * The session is over; the request was not sent, or was rejected. `reply` is the server's to this request, when there
   * was one; `note` is what a judge or `classify` took from what the server said.
   */
  'session-ended': { reason: EndReason; note?: string; reply?: unknown };
  /** New tokens were needed and could not be had now. The session is kept; a later request tries again. */
  'refresh-failed': { kind: RefreshFailureKind; retryAt?: number; reply?: unknown };
  /** The reply said that the tokens are dead, and what was sent cannot be sent twice. `reply` is that reply. */
  'not-replayable': { reply: unknown };
  /** An option or an argument was not what it should be. */
  'invalid-option': { option: string };
}

export type HoldfastErrorCode = keyof HoldfastErrorDetails;

/**
 * Every error that Holdfast itself raises. Tell them apart with {@link isHoldfastError}, which works across realms and
 * across two copies of the package.
 *
 * Messages say what was expected and what came. They never hold a token, a header, a query or a body, and `reply` is
 * not enumerable, so that loggers do not print it.
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: HoldfastErrorCode;
  declare readonly reply?: unknown;

  constructor(code: HoldfastErrorCode, message: string, details: HoldfastErrorDetails[HoldfastErrorCode]) {
    super(message);
    this.code = code;
    for (const [name, value] of Object.entries(details))
      if (value !== undefined) {
        const enumerable = name !== 'reply';
        Object.defineProperty(this, name, { value, enumerable, writable: true, configurable: true });
      }
  }
}

/** A {@link HoldfastError} whose code is known, and with it its details. */
export type HoldfastErrorOf<Code extends HoldfastErrorCode> = Code extends HoldfastErrorCode
  ? HoldfastError & { readonly code: Code } & Readonly<HoldfastErrorDetails[Code]>
  : never;

/**
 * Whether `error` was raised by Holdfast, and, with `code`, whether it is that one.
 *
 * @example
 * ```ts
 * import { isHoldfastError } from 'holdfast';
 *
 * export function worthAToast(error: unknown): boolean {
 *   // The login page says it already.
 *   return !isHoldfastError(error, 'session-ended');
 * }
 * ```
 */
export function isHoldfastError<Code extends HoldfastErrorCode = HoldfastErrorCode>(
  error: unknown,
  code?: Code,
): error is HoldfastErrorOf<Code> {
  const { name, code: itsCode } = (error ?? {}) as Partial<HoldfastError>;
  return name === 'HoldfastError' && (code === undefined || itsCode === code);
}

const ENDINGS: Record<EndReason, string> = {
  'refresh-rejected': 'the server refused the refresh token',
  'refresh-lost': 'the answer of a refresh was lost, and the server refuses the earlier refresh token',
  'signed-out': 'signed out',
  replaced: 'somebody signed in anew while this request was under way',
  server: 'the server said so',
};

/** Failures that tell more than their kind: what went wrong, and what to do. */
const CAUSES: Record<string, string> = {
  StoreTooSlow: 'the store takes too long to answer',
  RefreshWaitedForItself:
    '`refresh` made a request that was held for this very refresh; hand its `signal` on as it came, or mark that request `session: { skip: true }`',
};

const FAILURES: Record<RefreshFailureKind, string> = {
  offline: 'there is no connection',
  throttled: 'the server asks for fewer requests',
  unavailable: 'the server or the store is unavailable',
  ambiguous: 'its answer never came, or was not an answer with tokens',
  'too-many': 'too many refreshes in a short time did not help',
};

export function sessionEnded(
  reason: EndReason,
  { note, reply }: { note?: string | undefined; reply?: unknown } = {},
): HoldfastError {
  const details = { reason, note, reply } as HoldfastErrorDetails['session-ended'];
  return new HoldfastError('session-ended', `The session ended: ${ENDINGS[reason]}.`, details);
}

/** `error` names what went wrong, where that is known better than by its kind. */
export function refreshFailed({
  kind,
  retryAt,
  error = '',
}: {
  kind: RefreshFailureKind;
  retryAt?: number;
  error?: string;
}): HoldfastError {
  const why = CAUSES[error] ?? FAILURES[kind];
  const wait = retryAt === undefined ? '' : ` Not before ${new Date(retryAt).toISOString()}.`;
  const details = { kind, retryAt } as HoldfastErrorDetails['refresh-failed'];
  return new HoldfastError('refresh-failed', `The tokens could not be refreshed: ${why}.${wait}`, details);
}

/** Gives an error the reply that its request had come to: not enumerable, so that loggers do not print it. */
export function withReply(error: unknown, reply: unknown): unknown {
  if (error instanceof HoldfastError && error.reply === undefined && reply !== undefined) {
    Object.defineProperty(error, 'reply', { value: reply });
  }
  return error;
}

export function notReplayable(reply: unknown): HoldfastError {
  return new HoldfastError(
    'not-replayable',
    'The tokens were rejected, and this request cannot be sent twice (its body is a stream, or `replay` is false).',
    { reply },
  );
}

/** `value` is named by its kind alone: what came may be a token in the wrong place. */
export function invalidOption(
  option: string,
  expected: string,
  value: unknown,
  got: string = describe(value),
): HoldfastError {
  return new HoldfastError('invalid-option', `${option}: expected ${expected}, got ${got}.`, { option });
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value ? 'a string' : 'an empty string';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value) return 'an object';
  return /function|symbol|bigint/.test(typeof value) ? `a ${typeof value}` : String(value);
}
