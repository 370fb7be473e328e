import { invalidOption } from '../errors.js';
import { withQuery, type Attachment } from '../policy/attach.js';
import {
  guardOptions, isStream, parseBody, releaseStream, resolveClientOptions,
  type ClientOptions, type RequestSessionOptions,
} from '../policy/client-options.js'; // prettier-ignore
import type { JudgedReply } from '../policy/judge.js';
import type { Session } from '../session/session.js';

export type { ClientOptions, RequestSessionOptions };

/** What `skip` is asked about. */
export type FetchRequest = { readonly url: string; readonly method: string };

export interface GuardFetchOptions<T> extends ClientOptions<T, FetchRequest> {
  /** The function that sends. @default the global `fetch`, as it is at each call */
  fetch?: typeof fetch;
}

/** `fetch`, with `session` options in its init. */
export type GuardedFetch = (
  input: RequestInfo | URL,
  init?: RequestInit & { session?: RequestSessionOptions },
) => Promise<Response>;

/**
 * Makes a `fetch` that keeps working while access tokens expire.
 *
 * In Node, where there is no page, list the `origins` that tokens may go to. A header of your own (`header('X-Token')`)
 * follows redirects to other origins, since `fetch` only drops `Authorization` there: use `redirect: 'error'` with it.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import { createSession } from 'holdfast';
 * import { guardFetch } from 'holdfast/fetch';
 *
 * type Tokens = { accessToken: string; refreshToken: string };
 * declare const session: ReturnType<typeof createSession<Tokens>>;
 *
 * const fetch = guardFetch(session);
 * const response = await fetch('/api/orders', { session: { tag: 'orders' } });
 * ```
 */
export function guardFetch<T>(session: Session<T>, options: GuardFetchOptions<T> = {}): GuardedFetch {
  const settings = resolveClientOptions(options, ['fetch']);
  const own = options.fetch;
  if (own !== undefined && typeof own !== 'function') throw invalidOption('fetch', 'a function', own);

  return function guardedFetch(input, init) {
    const transport = own ?? globalThis.fetch;
    const request = isRequest(input) ? input : undefined;
    const url = request ? request.url : String(input);
    const { session: turn, ...plain }: RequestInit & { session?: RequestSessionOptions } = init ?? {};
    const method = plain.method ?? request?.method ?? 'GET';
    if (turn?.skip || !settings.allows(url) || settings.skip({ url, method })) return transport(input, plain);

    const signal = plain.signal ?? request?.signal;
    const guard = guardOptions(settings, turn, signal, !isStream(plain.body), judged);
    const { judge, replay } = guard;
    let sends = 0;

    function send(tokens: T | null): Promise<Response> {
      sends++;
      // The caller's Request stays unread, since it may be sent twice, and by its owner again.
      const target = request && replay !== false ? request.clone() : input;
      return tokens === null
        ? transport(target, plain)
        : transport(...attached(target, plain, settings.attach(tokens)));
    }

    guard.judge = async (response) => {
      const verdict = await judge?.(response);
      if (verdict === 'refresh' && sends === 1 && replay !== false) releaseStream(response.body);
      return verdict ?? 'pass';
    };
    return session.guard(send, guard);
  };
}

function attached(
  input: RequestInfo | URL,
  init: RequestInit,
  { headers: added, query }: Attachment,
): [RequestInfo | URL, RequestInit] {
  const request = isRequest(input) ? input : undefined;
  let target = input;
  if (query)
    target = request ? new Request(withQuery(request.url, query), request) : withQuery(String(input), query);
  if (!added) return [target, init];
  const headers = new Headers(init.headers ?? request?.headers);
  for (const name in added) headers.set(name, added[name] ?? '');
  return [target, { ...init, headers }];
}

function judged(response: Response): JudgedReply {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    async body() {
      // A download or an endless stream of events is not to be read for a code.
      if (!/[/+]json\b|^text\/plain|^$/.test(response.headers.get('content-type') ?? '')) return undefined;
      return parseBody(
        await response
          .clone()
          .text()
          .catch(() => ''),
      );
    },
  };
}

/** Also a Request of another realm, or of a polyfill. */
function isRequest(input: RequestInfo | URL): input is Request {
  return typeof input === 'object' && 'headers' in input && typeof input.clone === 'function';
}
