import { A_FUNCTION } from '../../checks.js';
import type { Attachment } from '../../policy/attach.js';
import { releaseStream } from '../../policy/bodies.js';
import { resolveClientOptions } from '../../policy/client-options.js';
import { bringsCredentials } from '../../policy/credentials.js';
import { endpointOf } from '../../policy/endpoint.js';
import type { HeaderOf } from '../../session/platform/headers.js';
import { hidesRedirects, locationOf, redirectRefused } from '../../policy/redirects.js';
import { guardOptionsFor } from '../../policy/request-guard.js';
import { scrub } from '../../policy/scrub.js';
import type { Session } from '../../session/session.js';
import { attached, type Attempt } from './attached.js';
import { createBeneath } from './beneath.js';
import { copyOfRequest, headersOf, isIterator, isRequest, membersOf, settled } from './call.js';
import type { SendFollowing } from './redirects.js';
import type { FetchRequest, GuardedFetch, GuardedInit, GuardFetchOptions } from './shapes.js';

/** A request as it was at the call. */
type Call = {
  readonly target: string | Request;
  readonly url: string;
  readonly method: string;
  readonly init: GuardedInit | undefined;
};

/** What only some platforms need. A bundle for browsers has none of it (`browser` in package.json). */
export type Platform = {
  /** For where the platform shows redirects; without it none is followed that would take tokens along. */
  readonly sendFollowing?: SendFollowing;
};

/** `guardFetch()`, with what the platform needs. */
export function createGuardedFetch<T>(
  { sendFollowing }: Platform,
  session: Session<T>,
  options: GuardFetchOptions<T> = {},
): GuardedFetch {
  const settings = resolveClientOptions(options, session.warn, { fetch: A_FUNCTION });
  const beneath = createBeneath(options.fetch, hasTokens);

  function begin(input: RequestInfo | URL, given?: GuardedInit): Promise<Response> {
    // `fetch(url, request)`: what a request says of itself cannot be copied property by property.
    if (isRequest(given)) return begin(new Request(input, given));
    // What `fetch` reads at the call is read here, once: the check and every attempt see the same.
    const init = given && membersOf(given);
    if (isIterator(init?.headers)) return begin(input, { ...init, headers: new Headers(init.headers) });
    const url = isRequest(input) ? input.url : String(input);
    const method = init?.method ?? (isRequest(input) ? input.method : 'GET');
    const header = headersOf(init?.headers ?? (isRequest(input) ? input.headers : undefined));

    const forSent = beneath.forSent(url, init, header);
    if (forSent) return forSent(input, given);
    if (init?.session?.skip || !settings.allows(url) || settings.skip({ url, method }))
      return beneath.pass(input, given);

    const isOwn = bringsCredentials(settings, session, header('authorization'));
    if (isOwn === true) return beneath.pass(input, given);
    const target = isRequest(input) ? input : url;
    const call = { target, url, method, init: init && settled(init) };
    if (isOwn === false) return guarded(call);
    // The store is still being read: a Request is kept as it is now.
    const kept = isRequest(target) ? { ...call, target: copyOfRequest(target) } : call;
    return Promise.resolve(isOwn).then((own) => (own ? beneath.pass(kept.target, kept.init) : guarded(kept)));
  }

  function guarded({ target, url, method, init }: Call): Promise<Response> {
    const request = isRequest(target) ? target : undefined;
    const signal = (init?.signal === undefined ? request?.signal : init.signal) ?? undefined;
    let isLate = false;
    let strayed = false;
    const guardOptions = guardOptionsFor<T, FetchRequest, Response>(settings, {
      options: init?.session,
      signal,
      body: init?.body,
      endpoint: () => endpointOf(method, url),
      trusts: (response) => !strayed && trusts(response),
      release: (response) => releaseStream(response.body),
    });
    const { buffered } = guardOptions;

    // The caller's Request stays unread: it may be used again by its owner.
    let kept = request && guardOptions.replay ? copyOfRequest(request) : request;
    let attempts = 0;
    const outcome = session.guard((tokens) => {
      // While it was held, another `<base href>` may have come.
      strayed = isLate && !settings.allows(url);
      // Not every platform shows a Request's body: undefined may be one.
      const isLast = ++attempts > 1 || !guardOptions.replay || kept?.body === null;
      const input = isLast || !kept ? (kept ?? url) : copyOfRequest(kept);
      const sent = buffered ? { ...init, body: buffered.webBody() as BodyInit } : init;
      if (tokens === null || strayed) return beneath.send(input, sent);
      const attachment = settings.attach(tokens);
      const fail = (error: unknown): never => {
        throw error === signal?.reason ? error : scrub(error, attachment);
      };
      try {
        const attempt = attached(input, sent, attachment);
        const reply =
          attempt instanceof Promise
            ? attempt.then((ready) => sendAttempt(ready, attachment))
            : sendAttempt(attempt, attachment);
        return reply.then(undefined, fail);
      } catch (error) {
        return fail(error);
      }
    }, guardOptions);
    isLate = true;
    // It is held, and the caller may do with a Request of his what he likes.
    if (attempts === 0 && kept && kept === request) kept = copyOfRequest(request);
    return buffered ? outcome.finally(buffered.settle) : outcome;
  }

  function sendAttempt({ input, init }: Attempt, { headers = {} }: Attachment): Promise<Response> {
    const { allows, refusesRedirects: refuses } = settings;
    if (!refuses && (!isTakenAlong(headers) || hidesRedirects())) return beneath.send(input, init);
    const mode = init.redirect ?? (isRequest(input) ? input.redirect : 'follow');
    if (mode !== 'follow') return beneath.send(input, init);
    if (!sendFollowing) return sendStaying(beneath.send, input, init);
    return sendFollowing(beneath.send, input, init, { attached: Object.keys(headers), allows, refuses });
  }

  /** A reply from where no tokens go says nothing of them. Polyfills may not tell whether they were redirected. */
  function trusts(response: Response): boolean {
    const redirected = response.redirected as boolean | undefined;
    return redirected === false || (response.url ? settings.allows(response.url) : !redirected);
  }

  function hasTokens(header: HeaderOf): boolean {
    const { headers = {} } = settings.attached() ?? {};
    const pairs = Object.entries(headers);
    return pairs.length > 0 && pairs.every(([name, value]) => header(name.toLowerCase()) === value);
  }

  // Not async: the promise of the guard is the caller's, without another around it.
  const guardedFetch: GuardedFetch = (input, init) => {
    try {
      return begin(input, init);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  beneath.mark(guardedFetch);
  return guardedFetch;
}

/** Follows no redirect. Browsers hide where one leads to; elsewhere a bundle for browsers cannot take the tokens off. */
async function sendStaying(
  send: typeof fetch,
  input: string | Request,
  init: RequestInit,
): Promise<Response> {
  const response = await send(input, { ...init, redirect: 'manual' });
  const { type, status, headers, body } = response;
  if (type !== 'opaqueredirect' && locationOf(status, headers.get('location')) === undefined) return response;
  releaseStream(body);
  throw redirectRefused();
}

/** Whether `fetch` would take one of these along to another origin: `Authorization` it takes off itself. */
function isTakenAlong(headers: Readonly<Record<string, string>>): boolean {
  for (const name in headers)
    if (name !== 'Authorization' && name.toLowerCase() !== 'authorization') return true;
  return false;
}
