import type { Attachment } from '../../policy/attach.js';
import { withQuery } from '../../policy/query-string.js';
import { initOf, isRequest, withHeaders } from './call.js';

/** One attempt's own request, with tokens. */
export type Attempt = { readonly input: string | Request; readonly init: RequestInit };

/** A promise only where a Request has to be made anew, since its URL cannot be changed. */
export function attached(
  input: string | Request,
  init: RequestInit | undefined,
  { headers, query }: Attachment,
): Attempt | Promise<Attempt> {
  const given = init?.headers ?? (isRequest(input) ? input.headers : undefined);
  const sent = headers ? { ...init, headers: withHeaders(given, headers) } : (init ?? {});
  if (!query) return { input, init: sent };
  if (!isRequest(input)) return { input: withQuery(input, query), init: sent };
  return relocated(input, withQuery(input.url, query)).then((target) => ({ input: target, init: sent }));
}

async function relocated(request: Request, url: string): Promise<Request> {
  const { body, method } = request;
  const hasBody = body !== null && method !== 'GET' && method !== 'HEAD';
  // Read, since not every browser shows a Request's body or takes a stream for one.
  return new Request(url, { ...initOf(request), body: hasBody ? await request.arrayBuffer() : null });
}
