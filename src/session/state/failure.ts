import type { HoldfastErrorOf, RefreshFailureKind } from '../../errors.js';
import { headerOf } from '../platform/headers.js';
import { parseHttpDate } from '../platform/http-date.js';
import { nameOf } from '../platform/name-of.js';
import { plainTokens } from '../tokens/plain-tokens.js';

/** What a failed refresh means: `ended` is definitive, all others keep the session. */
export type FailureClass = 'ended' | Exclude<RefreshFailureKind, 'too-many'>;

/** The same with what the server said, for the one message of the app. */
export type Ending = { readonly kind: 'ended'; readonly note: string };

/** A refresh that failed. `error` and `status` name what was thrown; the thrown thing itself may hold tokens. */
export type RefreshFailure = {
  readonly kind: RefreshFailureKind;
  /** No refresh before this moment, in milliseconds since 1970. */
  readonly retryAt?: number;
  readonly error?: string;
  readonly status?: number;
};

/** Fields that errors of fetch wrappers, axios and Node carry; each may be missing or of another type. */
type ErrorLike = {
  name?: unknown;
  code?: unknown;
  error?: unknown;
  status?: unknown;
  statusCode?: unknown;
  headers?: unknown;
  data?: unknown;
  cause?: unknown;
  response?: ErrorLike;
};

/** The request never left: nothing can have been spent. */
const NEVER_LEFT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'];

/** A server that asks for more than this is taken at this: nobody stays locked out for a typing error. */
export const LONGEST_COOL_DOWN_MS = 3_600_000;

/**
 * The default of `classify`: what a failed refresh means for the refresh token. The server answered 401: it is refused,
 * and the session ends. It answered 503: it took nothing, and the same token may be presented again. The connection broke
 * after the request was sent: the server may have taken the token and sent new ones that never came, so presenting the old
 * one again may look like theft to it. That is `ambiguous`, and so is whatever else is not known.
 *
 * Refused means `invalid_grant` (RFC 6749, section 5.2), or a 400, 401 or 403.
 */
export function classifyFailure(error: unknown): FailureClass {
  const { error: own, response, code, cause } = asErrorLike(error);
  const body = asErrorLike(response?.data ?? asErrorLike(error).data);
  if ([own, code, body.error].includes('invalid_grant')) return 'ended';
  const status = httpStatusOf(error);
  if (status === undefined) {
    return [code, asErrorLike(cause).code].some((it) => NEVER_LEFT.includes(it as string))
      ? 'offline'
      : 'ambiguous';
  }
  if (status === 400 || status === 401 || status === 403) return 'ended';
  if (status === 429) return 'throttled';
  // A gateway gave up on a server that may well have done its work.
  return status === 502 || status === 504 || status < 400 ? 'ambiguous' : 'unavailable';
}

/**
 * `refresh` resolved to something that holds no new tokens. `answer` may be what the server says in a reply with status
 * 200: `classify` can read it, and no logger prints it.
 */
export function brokenAnswer(got: string, answer: unknown, code?: string): Error {
  const error = new Error(`refresh: expected new tokens (accessToken, access_token or token), got ${got}.`);
  return Object.defineProperties(error, {
    name: { value: 'BrokenAnswer' },
    answer: { value: answer },
    // The key that is to blame, for the event.
    code: { value: code },
  });
}

/** The answer of `refresh` as plain data. @throws where it is none */
export function plainAnswer(answer: unknown): unknown {
  try {
    return plainTokens(answer, 'refresh()');
  } catch (error) {
    const { option } = error as HoldfastErrorOf<'invalid-option'>;
    throw brokenAnswer('what is no plain data', answer, option);
  }
}

/** What of a thrown thing may be told: nothing but its name, its status and when to try again. */
export function describeFailure(error: unknown, kind: RefreshFailureKind, now: number): RefreshFailure {
  const known = { kind, error: nameOf(error) };
  try {
    const status = httpStatusOf(error);
    const retryAt = retryAtOf(error, now);
    return { ...known, ...(status !== undefined && { status }), ...(retryAt !== undefined && { retryAt }) };
  } catch {
    // Whatever was thrown may throw again when it is looked at.
    return known;
  }
}

function httpStatusOf(error: unknown): number | undefined {
  const { status, statusCode, response } = asErrorLike(error);
  return [response?.status, status, statusCode].map(Number).find((it) => it >= 100 && it < 600);
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAtOf(error: unknown, now: number): number | undefined {
  const headers = asErrorLike(error).response?.headers ?? asErrorLike(error).headers;
  const value = (headerOf(headers, 'retry-after') ?? '').trim();
  if (value === '') return undefined;
  // A date is the server's: it is measured against the server's own clock where the reply tells that.
  const sent = parseHttpDate(headerOf(headers, 'date') ?? '') || now;
  const delayMs = Number.isNaN(Number(value)) ? parseHttpDate(value) - sent : Number(value) * 1000;
  return delayMs > 0 ? now + Math.min(delayMs, LONGEST_COOL_DOWN_MS) : undefined;
}

function asErrorLike(value: unknown): ErrorLike {
  return typeof value === 'object' && value !== null ? value : {};
}
