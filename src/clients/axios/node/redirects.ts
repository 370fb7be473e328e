import { isStream, releaseStream } from '../../../policy/bodies.js';
import { headerOf } from '../../../session/platform/headers.js';
import { locationOf, redirectTo } from '../../../policy/redirects.js';
import { copyOfHeaders, deleteHeaders } from '../headers.js';
import type { Redirected } from '../platform.js';
import type { SentRequest } from '../redirects.js';
import type { Config } from '../shapes.js';

export const redirected: Redirected = (reply, sent, headers, tokenHeaders, mayHaveTokens) => {
  const { redirect, url = '' } = (reply.request ?? {}) as SentRequest;
  // The fetch adapter alone sends such a request.
  if (redirect !== 'manual') return undefined;
  const location = locationOf(reply.status, headerOf(reply.headers, 'location'));
  if (location === undefined) return undefined;
  releaseStream(reply.data);
  const { data, method = 'get' } = sent;
  // A POST that goes on as a GET needs its body no more. The Fetch standard fails it all the same where that was a stream.
  const isNeeded = reply.status > 302 || method.toLowerCase() !== 'post';
  const body = isStream(data) && isNeeded ? 'stream' : 'any';
  const to = redirectTo(location, { url, method, body }, reply.status);
  const dropped = mayHaveTokens(to.url) ? to.dropped : [...to.dropped, ...tokenHeaders];
  const next: Config = { ...sent, url: to.url, headers: copyOfHeaders(headers) };
  delete next.baseURL;
  delete next.params;
  deleteHeaders(next.headers, dropped);
  if (to.becomesGet) Object.assign(next, { method: 'get', data: undefined });
  // axios would make the header of it again.
  if (to.leavesOrigin) delete next.auth;
  return next;
};
