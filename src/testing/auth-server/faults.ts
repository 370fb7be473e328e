import { json, refused, type AuthServerStyle } from './replies.js';

/**
 * What can go wrong with a refresh. Unless it says otherwise, the refresh token stays as it was, unspent.
 *
 * - `refuse`: `invalid_grant`, though the token is good. It stays good: `revokeSessions()` ends it for real.
 * - `unavailable`: 503, with a `Retry-After` when given.
 * - `throttle`: 429, with a `Retry-After` when given.
 * - `error`: 500.
 * - `drop-answer`: the token **is** rotated, and the answer never arrives: the connection breaks.
 * - `never-answer`: nothing comes until the client gives up or the server closes.
 * - `garbage`: 200 with HTML where JSON was expected.
 * - `error-in-200`: 200 with an error for a body, and no tokens.
 * - `same-token`: 200 with the very tokens the client already has, said to be as good as new.
 */
export type RefreshFault =
  | 'refuse'
  | 'unavailable'
  | 'throttle'
  | 'error'
  | 'drop-answer'
  | 'never-answer'
  | 'garbage'
  | 'error-in-200'
  | 'same-token';

export type RefreshFaultOptions = {
  /** How many refreshes fail so; `Infinity` = until `healRefresh()`. @default 1 */
  readonly times?: number;
  /**
   * The `Retry-After` header of `unavailable` and `throttle`: a number is sent as seconds, a `Date` as an HTTP
   * date, a string as it is. Left out, there is no such header.
   */
  readonly retryAfter?: number | string | Date;
};

export interface FaultQueue {
  add(fault: RefreshFault, options: RefreshFaultOptions): void;
  /** The fault that this refresh is to meet, if any; each is handed out as many times as was asked for. */
  take(): PlannedFault | undefined;
  clear(): void;
}

export type PlannedFault = {
  readonly fault: RefreshFault;
  readonly retryAfter: RefreshFaultOptions['retryAfter'];
};

/** Faults come in the order in which they were asked for. */
export function createFaultQueue(): FaultQueue {
  const queue: { readonly planned: PlannedFault; timesLeft: number }[] = [];
  return {
    add(fault, { times = 1, retryAfter }) {
      if (!Object.hasOwn(ANSWERS, fault)) {
        throw new TypeError(`expected a fault, one of ${Object.keys(ANSWERS).join(', ')}, got ${fault}`);
      }
      if (times !== Infinity && !(Number.isInteger(times) && times > 0)) {
        throw new TypeError(`expected times to be a positive integer or Infinity, got ${times}`);
      }
      queue.push({ planned: { fault, retryAfter }, timesLeft: times });
    },
    take() {
      const next = queue[0];
      if (next === undefined) return undefined;
      next.timesLeft -= 1;
      if (next.timesLeft === 0) queue.shift();
      return next.planned;
    },
    clear() {
      queue.length = 0;
    },
  };
}

/** The answer that a fault consists of; null when there is more to it than an answer. */
export function faultyAnswer({ fault, retryAfter }: PlannedFault, style: AuthServerStyle): Response | null {
  return ANSWERS[fault]?.(style, retryAfter) ?? null;
}

type Answer = (style: AuthServerStyle, retryAfter: RefreshFaultOptions['retryAfter']) => Response;

const ANSWERS: Readonly<Record<RefreshFault, Answer | null>> = {
  refuse: (style) => refused(style, 'refresh-refused'),
  unavailable: (_, retryAfter) => failure(503, 'temporarily_unavailable', retryAfter),
  throttle: (_, retryAfter) => failure(429, 'too_many_requests', retryAfter),
  error: () => failure(500, 'server_error'),
  'drop-answer': null,
  'never-answer': null,
  garbage: () =>
    new Response('<!doctype html><title>Welcome</title>', { headers: { 'content-type': 'text/html' } }),
  'error-in-200': (style) =>
    json(
      style === 'status'
        ? { error: 'server_error', error_description: 'the refresh failed' }
        : { errcode: 50000, errmsg: 'the refresh failed', data: null },
    ),
  'same-token': null,
};

function failure(status: number, error: string, retryAfter?: RefreshFaultOptions['retryAfter']): Response {
  if (retryAfter === undefined) return json({ error }, { status });
  const when = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  return json({ error }, { status, headers: { 'retry-after': when } });
}
