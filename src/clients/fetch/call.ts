import { copyOfBody, isKind } from '../../policy/bodies.js';
import { headerOf, type HeaderOf } from '../../session/platform/headers.js';

/** What a request says of itself, but for its URL and its body. */
const OF_THE_MESSAGE = ['method', 'headers', 'referrer', 'referrerPolicy', 'integrity'] as const;
const OF_THE_SENDING = ['mode', 'credentials', 'cache', 'redirect', 'keepalive', 'signal'] as const;
const OF_A_REQUEST = [...OF_THE_MESSAGE, ...OF_THE_SENDING] as const;
const OF_AN_INIT = [...OF_A_REQUEST, 'body', 'duplex', 'priority', 'session'] as const;

/** Also a Request of another realm, or of a polyfill; but no other class of URLs that can be cloned. */
export function isRequest(input: unknown): input is Request {
  if (typeof input !== 'object' || input === null) return false;
  const { clone, url } = input as Partial<Request>;
  return typeof clone === 'function' && typeof url === 'string';
}

/** What a Request says, so that another can be made of it. */
export function initOf(request: Request): RequestInit {
  return Object.fromEntries(OF_A_REQUEST.map((name) => [name, request[name]]));
}

/** The same once more, with its own body. One that cannot be read any more is left to the platform to refuse. */
export function copyOfRequest(request: Request): Request {
  return request.bodyUsed || request.body?.locked ? request : request.clone();
}

/** Its members, each read once. What an init of a class inherits, `fetch` reads too. */
export function membersOf<Init extends RequestInit>(init: Init): Init {
  const copy: Init = { ...init };
  const prototype: unknown = Object.getPrototypeOf(init);
  if (prototype === Object.prototype || prototype === null) return copy;
  for (const name of OF_AN_INIT as readonly (keyof Init)[])
    if (!(name in copy) && name in init) copy[name] = init[name];
  return copy;
}

/** As of `map.entries()`: whoever looks into it uses it up. */
export function isIterator(headers: HeadersInit | undefined): headers is HeadersInit {
  return typeof (headers as { next?: unknown } | null | undefined)?.next === 'function';
}

/**
 * The same with headers and a body that stay as they are, whatever the caller goes on to do with them: a request that is
 * held, or sent again, is the one that was asked for.
 */
export function settled<Init extends RequestInit>(init: Init): Init {
  const { headers, body } = init;
  if (typeof headers === 'object' && headers !== null) init.headers = copyOfHeaders(headers);
  if (typeof body === 'object' && body !== null) init.body = asNow(body);
  return init;
}

function asNow(body: object): BodyInit {
  if (isKind(body, 'URLSearchParams')) return new URLSearchParams((body as URLSearchParams).toString());
  return copyOfBody(body) as BodyInit;
}

/** A plain object is left one: `fetch` makes its own `Headers` of it in any case. */
function copyOfHeaders(headers: HeadersInit): HeadersInit {
  return isRecord(headers) ? { ...headers } : new Headers(headers);
}

function isRecord(headers: HeadersInit): headers is Record<string, string> {
  return !(Symbol.iterator in headers) && typeof (headers as Partial<Headers>).get !== 'function';
}

/** Asks for a header as it would be sent. */
export function headersOf(headers: HeadersInit | undefined): HeaderOf {
  return (name) => headerOf(headers && !isRecord(headers) ? new Headers(headers) : headers, name);
}

/** These headers with others in the place of those that have the same names. */
export function withHeaders(
  given: HeadersInit | undefined,
  added: Readonly<Record<string, string>>,
): HeadersInit {
  if (given === undefined) return { ...added };
  const headers = new Headers(given);
  for (const name in added) headers.set(name, String(added[name]));
  return headers;
}
