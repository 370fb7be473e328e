import { hidesRedirects } from '../../policy/redirects.js';
import type { Config, Response } from './shapes.js';

type FetchConfig = Config & { fetchOptions?: { redirect?: string }; maxRedirects?: number };

/** What an adapter calls its request: an XMLHttpRequest, a request of Node, or a `Request` of the fetch adapter. */
export type SentRequest = {
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
 * from. Where the platform shows redirects it is told to leave them to us (then this returns true);
 * a browser hides them, and can only be told to follow none, as is done where they are to be refused.
 */
export function takesRedirects(sent: FetchConfig, refuses: boolean): boolean {
  const { fetchOptions, maxRedirects } = sent;
  const isHidden = hidesRedirects();
  const isTheCallers = (fetchOptions?.redirect ?? 'follow') !== 'follow';
  if (isTheCallers || (isHidden && !refuses)) return false;
  sent.fetchOptions = { ...fetchOptions, redirect: isHidden ? 'error' : 'manual' };
  // The fetch adapter before 1.12 overlooks it.
  return !isHidden && maxRedirects !== 0;
}
