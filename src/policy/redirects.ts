/** As many as `fetch` follows. */
export const MOST_REDIRECTS = 20;
const OF_THE_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];
/** What `fetch` itself takes off on the way to another origin. */
const OF_THE_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host'];

/** What a redirected request becomes. */
export type Redirect = {
  readonly url: string;
  readonly leavesOrigin: boolean;
  /** It goes on as a GET without a body. */
  readonly becomesGet: boolean;
  /** Headers that it goes on without. */
  readonly dropped: readonly string[];
};

/** Browsers follow a redirect, or hide where it leads; they never show it. jsdom is taken for one, which does no harm. */
export function hidesRedirects(): boolean {
  const { document, navigator } = globalThis as { document?: unknown; navigator?: { userAgent?: string } };
  return document !== undefined || navigator?.userAgent?.startsWith('Mozilla/') === true;
}

export function redirectRefused(): TypeError {
  return new TypeError('Redirected to where no tokens may go (crossOriginRedirects).');
}

/** Where a reply redirects to, by its status and its `Location`; undefined where it does not. */
export function locationOf(status: number, location: string | null | undefined): string | undefined {
  if (!location || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  // A header comes as bytes, and servers put UTF-8 into this one.
  const bytes = Uint8Array.from(location, (byte) => byte.charCodeAt(0));
  return /[\x80-\xff]/.test(location) ? new TextDecoder().decode(bytes) : location;
}

/**
 * What the Fetch standard makes of a request that is redirected ("HTTP-redirect fetch").
 * @throws TypeError where `fetch` would not follow
 */
export function redirectTo(
  location: string,
  request: { readonly url: string; readonly method: string; readonly body: 'stream' | 'any' },
  status: number,
): Redirect {
  const method = request.method.toUpperCase();
  const from = new URL(request.url);
  const to = parse(location, from);
  // A stream was read, and cannot be sent again.
  const isLost = request.body === 'stream' && status !== 303;
  if (!to || !/^https?:$/.test(to.protocol) || isLost) throw new TypeError('fetch failed');
  const becomesGet =
    (status === 303 && method !== 'GET' && method !== 'HEAD') || (status < 303 && method === 'POST');
  const leavesOrigin = to.origin !== from.origin;
  const dropped = [...(becomesGet ? OF_THE_BODY : []), ...(leavesOrigin ? OF_THE_ORIGIN : [])];
  return { url: to.href, leavesOrigin, becomesGet, dropped };
}

function parse(location: string, from: URL): URL | undefined {
  try {
    return new URL(location, from);
  } catch {
    return undefined;
  }
}
