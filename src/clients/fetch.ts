import { withQuery, type Attachment } from '../policy/attach.js';
import { isStream, parseBody, releaseStream } from '../policy/bodies.js';
import {
  guardOptions,
  resolveClientOptions,
  type ClientOptions,
  type RequestSessionOptions,
} from '../policy/client-options.js';
import { endpointOf } from '../policy/endpoint.js';
import type { JudgedReply } from '../policy/judge.js';
import { A_FUNCTION } from '../session/options.js';
import type { Session } from '../session/session.js';

export type { ClientOptions, RequestSessionOptions };

/** What `skip` is asked about. */
export type FetchRequest = { readonly url: string; readonly method: string };

export interface GuardFetchOptions<T> extends ClientOptions<T, FetchRequest> {
  /** The function that sends. @default the global `fetch`, as it is at each call */
  fetch?: typeof fetch;
}

type GuardedInit = RequestInit & { session?: RequestSessionOptions };

/** `fetch`, with `session` options in its init. */
export type GuardedFetch = (input: string | URL | Request, init?: GuardedInit) => Promise<Response>;

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
  const settings = resolveClientOptions(options, session.warn, { fetch: A_FUNCTION });
  const { fetch: own } = options;

  const trusts = (response: Response): boolean => !response.redirected || settings.allows(response.url);
  const release = ({ body }: Response): void => releaseStream(body);

  function begin(input: RequestInfo | URL, init?: GuardedInit): Promise<Response> {
    // `fetch(url, request)`: what a request says of itself cannot be copied property by property.
    if (isRequest(init)) return begin(new Request(input, init));
    const send = own ?? globalThis.fetch;
    const request = isRequest(input) ? input : undefined;
    const url = isRequest(input) ? input.url : String(input);
    const method = init?.method ?? request?.method ?? 'GET';
    if (init?.session?.skip || !settings.allows(url) || settings.skip({ url, method }))
      return send(input, init);

    let isLate = false;
    let strayed = false;
    const guard = guardOptions<T, FetchRequest, Response>(settings, {
      options: init?.session,
      signal: (init?.signal === undefined ? request?.signal : init.signal) ?? undefined,
      replayable: !isStream(init?.body),
      read: judged,
      endpoint: () => endpointOf(method, url),
      trusts: (response) => !strayed && trusts(response),
      release,
    });
    const answer = session.guard((tokens) => {
      // While it was held, another `<base href>` may have come.
      strayed = isLate && !settings.allows(url);
      // The caller's Request stays unread: it is needed for the replay, and may be used again by its owner.
      const target = request && guard.replay ? request.clone() : input;
      return tokens === null || strayed
        ? send(target, init)
        : sendWith(send, target, init, settings.attach(tokens));
    }, guard);
    isLate = true;
    return answer;
  }

  // Not async: the promise of the guard is the caller's, without another around it.
  return (input, init) => {
    try {
      return begin(input, init);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

function sendWith(
  send: typeof fetch,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  { headers: added, query }: Attachment,
): Promise<Response> {
  if (query)
    return relocated(input, query).then((target) =>
      sendWith(send, target, init, added ? { headers: added } : {}),
    );
  if (!added) return send(input, init);
  const given = init?.headers ?? (isRequest(input) ? input.headers : undefined);
  // Most requests bring none, and `fetch` makes its own of these: two copies would be one too many.
  if (given === undefined) return send(input, { ...init, headers: { ...added } });
  const headers = new Headers(given);
  for (const name in added) headers.set(name, String(added[name]));
  return send(input, { ...init, headers });
}

async function relocated(
  input: RequestInfo | URL,
  query: Readonly<Record<string, string>>,
): Promise<string | Request> {
  if (!isRequest(input)) return withQuery(String(input), query);
  const {
    method, headers, mode, credentials, cache, redirect, referrer, referrerPolicy, integrity, keepalive, signal,
  } = input; // prettier-ignore
  const hasBody = input.body !== null && method !== 'GET' && method !== 'HEAD';
  return new Request(withQuery(input.url, query), {
    method, headers, mode, credentials, cache, redirect, referrer, referrerPolicy, integrity, keepalive, signal,
    // Read, since not every browser shows a Request's body or takes a stream for one.
    body: hasBody ? await input.arrayBuffer() : null,
  }); // prettier-ignore
}

function judged(response: Response): JudgedReply {
  let text: Promise<string> | undefined;
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    async body() {
      // A download or an endless stream of events is not to be read for a code.
      if (!/[/+]json\b|^text\/plain|^$/.test(response.headers.get('content-type') ?? '')) return undefined;
      // A body that breaks off is the caller's to find out.
      text ??= response.clone().text().catch(() => ''); // prettier-ignore
      return parseBody(await text);
    },
  };
}

/** Also a Request of another realm, or of a polyfill. */
function isRequest(input: unknown): input is Request {
  return (
    typeof input === 'object' && input !== null && typeof (input as Partial<Request>).clone === 'function'
  );
}
