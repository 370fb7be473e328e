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
  const body = isStream(sent.data) ? 'stream' : 'any';
  const to = redirectTo(location, { url, method: sent.method ?? 'get', body }, reply.status);
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
