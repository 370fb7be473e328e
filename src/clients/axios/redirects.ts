import { isStream, releaseStream } from '../../policy/bodies.js';
import { headerOf } from '../../policy/headers.js';
import { hidesRedirects, locationOf, redirectTo } from '../../policy/redirects.js';
import { copyOfHeaders, deleteHeaders } from './headers.js';
import type { AxiosHeaders, Config, Response } from './shapes.js';

type FetchConfig = Config & { fetchOptions?: { redirect?: string }; maxRedirects?: number };

/** What an adapter calls its request: an XMLHttpRequest, a request of Node, or a `Request` of the fetch adapter. */
type SentRequest = {
  responseURL?: string;
  res?: { responseUrl?: string };
  url?: string;
  redirect?: string;
};

/** Where the reply came from in the end, as XMLHttpRequest or Node tells it, or the last that was followed here. */
export function finalUrl({ request }: Response): string | undefined {
  const { responseURL, res, url, redirect } = (request ?? {}) as SentRequest;
  return responseURL || res?.responseUrl || (redirect === 'manual' ? url : undefined) || undefined;
}

/**
 * The fetch adapter neither takes a header of one's own off on the way to another origin nor tells where a reply came
 * from. Where the platform shows redirects they are followed here, if it returns true; browsers can only be told to
 * follow none, which is done where redirects are refused.
 */
export function followsByHand(sent: FetchConfig, refuses: boolean): boolean {
  const { fetchOptions, maxRedirects } = sent;
  const isHidden = hidesRedirects();
  const isTheCallers = (fetchOptions?.redirect ?? 'follow') !== 'follow';
  if (isTheCallers || (isHidden && !refuses)) return false;
  sent.fetchOptions = { ...fetchOptions, redirect: isHidden ? 'error' : 'manual' };
  // The fetch adapter before 1.12 overlooks it.
  return !isHidden && maxRedirects !== 0;
}

/**
 * The config for where a reply redirects to, undefined where it is the last. `headers` are those it was asked for with,
 * `tokenHeaders` the names of those that hold tokens.
 */
export function redirected(
  { request, status, headers: answered, data }: Response,
  sent: Config,
  headers: AxiosHeaders,
  tokenHeaders: readonly string[],
  mayHaveTokens: (url: string) => boolean,
): Config | undefined {
  const { redirect, url = '' } = (request ?? {}) as SentRequest;
  // The fetch adapter alone sends such a request.
  const location = redirect === 'manual' ? locationOf(status, headerOf(answered, 'location')) : undefined;
  if (location === undefined) return undefined;
  releaseStream(data);
  const body = isStream(sent.data) ? 'stream' : 'any';
  const to = redirectTo(location, { url, method: sent.method ?? 'get', body }, status);
  const dropped = mayHaveTokens(to.url) ? to.dropped : [...to.dropped, ...tokenHeaders];
  const next: Config = { ...sent, url: to.url, headers: copyOfHeaders(headers) };
  delete next.baseURL;
  delete next.params;
  deleteHeaders(next.headers, dropped);
  if (to.becomesGet) Object.assign(next, { method: 'get', data: undefined });
  // axios would make the header of it again.
  if (to.leavesOrigin) delete next.auth;
  return next;
}
