import type { AxiosResponse } from 'axios';
import { isStream, parseBody } from '../../policy/bodies.js';
import type { JudgedReply } from '../../policy/judge.js';

type HeaderValue = string | string[] | null | undefined;

/** A response of axios as a judge sees it: not parsed yet, in whatever form `responseType` asked for. */
export function judged(response: AxiosResponse): JudgedReply {
  const headers = response.headers as Record<string, HeaderValue> & { get?: (name: string) => HeaderValue };
  const header = (name: string): string | null => {
    const value = typeof headers.get === 'function' ? headers.get(name) : headers[name.toLowerCase()];
    return value === undefined || value === null ? null : String(value);
  };
  return { status: response.status, header, body: () => bodyOf(response, header('content-type') ?? '') };
}

/** Where the reply came from in the end, as XMLHttpRequest or Node tells it; the fetch adapter of axios does not. */
export function finalUrl({ request }: AxiosResponse): string | undefined {
  const { responseURL, res } = (request ?? {}) as { responseURL?: string; res?: { responseUrl?: string } };
  return responseURL || res?.responseUrl || undefined;
}

/** A stream stays unread: it is the caller's. So does what is binary and no text by its own account. */
function bodyOf({ data }: AxiosResponse<unknown>, type: string): unknown {
  if (typeof data === 'string') return parseBody(data);
  if (typeof data !== 'object' || data === null || isStream(data)) return undefined;
  const isText = /[/+]json\b|^text\/plain/.test(type);
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    return isText ? parseBody(new TextDecoder().decode(data)) : undefined;
  }
  const { text } = data as Partial<Blob>;
  if (typeof text !== 'function') return data;
  return isText ? (data as Blob).text().then(parseBody) : undefined;
}
