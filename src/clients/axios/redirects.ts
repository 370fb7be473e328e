import { releaseStream, isStream } from '../../policy/bodies.js';
import { deleteHeaders, headerOf } from './headers.js';
import type { Config, Response, Transport } from './shapes.js';

/** Where tokens may go, and what becomes of a request that is redirected elsewhere. */
export type RedirectRule = {
  isTrusted(url: string): boolean;
  /** Throws where such a redirect is not to be followed. */
  readonly refuse?: (() => never) | undefined;
};

type FetchConfig = Config & { fetchOptions?: { redirect?: string }; maxRedirects?: number };

/** As many as `fetch` follows. */
export const MOST_REDIRECTS = 20;
const OF_THE_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];
/** What `fetch` itself takes off on the way to another origin. */
const OF_THE_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host'];

/** Where the reply came from in the end, as XMLHttpRequest or Node tells it, or the last that was followed here. */
export function finalUrl({ request }: Response): string | undefined {
  const { responseURL, res, url, redirect } = (request ?? {}) as {
    responseURL?: string;
    res?: { responseUrl?: string };
    url?: string;
    redirect?: string;
  };
  return responseURL || res?.responseUrl || (redirect === 'manual' ? url : undefined) || undefined;
}

export function redirectRefused(config: Config): TypeError {
  const error = new TypeError('Redirected to where no tokens may go (crossOriginRedirects).');
  return Object.defineProperty(error, 'config', { value: config });
}

/**
 * The fetch adapter neither takes a header of one's own off on the way to another origin nor tells where a reply came
 * from. Where the platform shows redirects they are followed here, if it returns true; browsers can only be told to
 * follow none.
 */
export function followsByHand(sent: Config, transport: Transport, { refuse }: RedirectRule): boolean {
  if (typeof transport === 'function') return false;
  const { fetchOptions, maxRedirects } = sent as FetchConfig;
  const isHidden = hidesRedirects();
  const isTheCallers = (fetchOptions?.redirect ?? 'follow') !== 'follow';
  if (isTheCallers || (isHidden && !refuse)) return false;
  (sent as FetchConfig).fetchOptions = { ...fetchOptions, redirect: isHidden ? 'error' : 'manual' };
  // The fetch adapter before 1.12 overlooks it.
  return !isHidden && maxRedirects !== 0;
}

/** The config for where a reply redirects to, undefined where it is the last. `headers` are those it was asked for with. */
export function redirected(
  reply: Response,
  sent: Config,
  headers: Config['headers'],
  tokenHeaders: readonly string[],
  { isTrusted, refuse }: RedirectRule,
): Config | undefined {
  const location = locationOf(reply);
  if (location === undefined) return undefined;
  releaseStream(reply.data);
  const from = new URL((reply.request as { url: string }).url);
  const to = new URL(location, from);
  const trusted = isTrusted(to.href);
  if (!trusted) refuse?.();
  const method = (sent.method ?? 'get').toLowerCase();
  const becomesGet =
    reply.status === 303
      ? method !== 'get' && method !== 'head'
      : (reply.status === 301 || reply.status === 302) && method === 'post';
  if (!/^https?:$/.test(to.protocol) || (isStream(sent.data) && !becomesGet))
    throw new TypeError('fetch failed');

  const next = { ...sent, url: to.href, baseURL: undefined, params: undefined } as unknown as Config;
  Object.setPrototypeOf(next, null);
  const prototype = Object.getPrototypeOf(headers) as object;
  next.headers = Object.assign(Object.create(prototype) as Config['headers'], headers);
  if (becomesGet) {
    Object.assign(next, { method: 'get', data: undefined });
    deleteHeaders(next.headers, OF_THE_BODY);
  }
  if (to.origin !== from.origin) {
    deleteHeaders(next.headers, OF_THE_ORIGIN);
    // axios would make the header of it again.
    delete next.auth;
  }
  if (!trusted) deleteHeaders(next.headers, tokenHeaders);
  return next;
}

/** Of the fetch adapter alone, which sends a `Request`. */
function locationOf({ status, request, headers }: Response): string | undefined {
  if ((request as { redirect?: string } | undefined)?.redirect !== 'manual') return undefined;
  return ([301, 302, 303, 307, 308].includes(status) && headerOf(headers, 'location')) || undefined;
}

/** Browsers follow a redirect, or hide where it leads; they never show it. jsdom is taken for one, which does no harm. */
function hidesRedirects(): boolean {
  const { document, navigator } = globalThis as { document?: unknown; navigator?: { userAgent?: string } };
  return document !== undefined || navigator?.userAgent?.startsWith('Mozilla/') === true;
}
