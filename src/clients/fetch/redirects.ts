import { isStream, releaseStream } from '../../policy/bodies.js';
import type { OriginRule } from '../../policy/origins.js';
import { locationOf, MOST_REDIRECTS, redirectRefused, redirectTo } from '../../policy/redirects.js';
import { initOf, isRequest } from './call.js';

export type Redirects = {
  /** The headers that hold tokens. */
  readonly attached: readonly string[];
  readonly allows: OriginRule;
  /** Whether a redirect to where no tokens may go fails. */
  readonly refuses: boolean;
};

export type SendFollowing = typeof sendFollowing;

/**
 * Follows redirects as `fetch` does, but takes the tokens off on the way to where none may go; whatever is beyond never
 * brings them back.
 */
export async function sendFollowing(
  send: typeof fetch,
  input: string | Request,
  given: RequestInit,
  { attached, allows, refuses }: Redirects,
): Promise<Response> {
  let target = input;
  let init: RequestInit = { ...given, redirect: 'manual' };
  for (let hops = 0; ; hops++) {
    const spare = isRequest(target) && target.body ? target.clone() : target;
    const response = await send(target, init);
    if (response.type === 'opaqueredirect') throw redirectRefused();
    const location = locationOf(response.status, response.headers.get('location'));
    if (location === undefined) {
      if (isRequest(spare) && spare !== target) releaseStream(spare.body);
      return hops === 0 ? response : markRedirected(response);
    }
    releaseStream(response.body);
    if (hops === MOST_REDIRECTS) throw new TypeError('fetch failed');

    const url = response.url || (isRequest(target) ? target.url : target);
    // A body that the init brings goes over that of the Request.
    const original = isRequest(spare) && init.body == null ? spare : undefined;
    if (isRequest(spare)) init = { ...initOf(spare), ...defined(init) };
    const body = isStream(init.body) ? 'stream' : 'any';
    const to = redirectTo(location, { url, method: init.method ?? 'GET', body }, response.status);
    const isTrusted = allows(to.url);
    if (!isTrusted && refuses) throw redirectRefused();
    const headers = new Headers(init.headers);
    for (const name of isTrusted ? to.dropped : [...to.dropped, ...attached]) headers.delete(name);
    init = { ...init, headers, ...(to.becomesGet && { method: 'GET', body: null }) };
    // Read, since another redirect may ask for it again.
    if (original?.body && !to.becomesGet) init.body = await original.arrayBuffer();
    target = to.url;
  }
}

/** A member that is undefined says nothing, and leaves what the Request says. */
function defined(init: RequestInit): RequestInit {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined));
}

/** The last reply of several, as `fetch` gives it to whom it follows redirects for. */
function markRedirected(response: Response): Response {
  const clone = (): Response => markRedirected(Response.prototype.clone.call(response));
  return Object.defineProperties(response, { redirected: { value: true }, clone: { value: clone } });
}
