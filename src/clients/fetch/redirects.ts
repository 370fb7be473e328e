import { isStream, releaseStream } from '../../policy/bodies.js';
import type { OriginRule } from '../../policy/origins.js';
import { initOf, isRequest } from './call.js';

/** As many as `fetch` follows. */
const MOST_REDIRECTS = 20;
const OF_THE_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];
/** What `fetch` itself takes off on the way to another origin. */
const OF_THE_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host'];

export type Redirects = {
  /** The headers that hold tokens. */
  readonly attached: readonly string[];
  readonly allows: OriginRule;
  /** Whether a redirect to where no tokens may go fails. */
  readonly refuses: boolean;
};

/** Whether `fetch` would take one of these along to another origin: `Authorization` it takes off itself. */
export function isTakenAlong(headers: Readonly<Record<string, string>>): boolean {
  for (const name in headers)
    if (name !== 'Authorization' && name.toLowerCase() !== 'authorization') return true;
  return false;
}

/** Browsers follow a redirect, or hide where it leads; they never show it. jsdom is taken for one, which does no harm. */
export function hidesRedirects(): boolean {
  const { document, navigator } = globalThis as { document?: unknown; navigator?: { userAgent?: string } };
  return document !== undefined || navigator?.userAgent?.startsWith('Mozilla/') === true;
}

/**
 * Follows redirects as `fetch` does (the Fetch standard, "HTTP-redirect fetch"), but takes the tokens off on the way to
 * where none may go; whatever is beyond never brings them back.
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
    if (response.type === 'opaqueredirect') throw refused();
    const location = locationOf(response);
    if (location === null) {
      if (isRequest(spare) && spare !== target) releaseStream(spare.body);
      return hops === 0 ? response : markRedirected(response);
    }
    releaseStream(response.body);
    const from = new URL(response.url || (isRequest(target) ? target.url : target));
    const to = parse(location, from);
    if (!to || !/^https?:$/.test(to.protocol) || hops === MOST_REDIRECTS) throw new TypeError('fetch failed');
    if (!allows(to.href) && refuses) throw refused();

    // A body that the init brings goes over that of the Request.
    const original = isRequest(spare) && init.body == null ? spare : undefined;
    if (isRequest(spare)) init = { ...initOf(spare), ...defined(init) };
    if (isStream(init.body) && response.status !== 303) throw new TypeError('fetch failed');
    const headers = new Headers(init.headers);
    init = { ...init, headers };
    if (becomesGet(response.status, (init.method ?? 'GET').toUpperCase())) {
      init = { ...init, method: 'GET', body: null };
      drop(headers, OF_THE_BODY);
    } else if (original?.body) {
      // Read, since another redirect may ask for it again.
      init.body = await original.arrayBuffer();
    }
    if (to.origin !== from.origin) drop(headers, OF_THE_ORIGIN);
    if (!allows(to.href)) drop(headers, attached);
    target = to.href;
  }
}

/** A member that is undefined says nothing, and leaves what the Request says. */
function defined(init: RequestInit): RequestInit {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined));
}

function refused(): TypeError {
  return new TypeError('fetch failed: redirected to where no tokens may go (crossOriginRedirects)');
}

function becomesGet(status: number, method: string): boolean {
  return status === 303
    ? method !== 'GET' && method !== 'HEAD'
    : (status === 301 || status === 302) && method === 'POST';
}

function locationOf({ status, headers }: Response): string | null {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.get('location') : null;
  if (location === null || !/[\x80-\xff]/.test(location)) return location;
  // A header comes as bytes, and servers put UTF-8 into this one.
  return new TextDecoder().decode(Uint8Array.from(location, (byte) => byte.charCodeAt(0)));
}

function parse(location: string, from: URL): URL | undefined {
  try {
    return new URL(location, from);
  } catch {
    return undefined;
  }
}

function drop(headers: Headers, names: readonly string[]): void {
  for (const name of names) headers.delete(name);
}

/** The last reply of several, as `fetch` gives it to whom it follows redirects for. */
function markRedirected(response: Response): Response {
  const clone = (): Response => markRedirected(Response.prototype.clone.call(response));
  return Object.defineProperties(response, { redirected: { value: true }, clone: { value: clone } });
}
