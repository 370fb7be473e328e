import type { InternalAxiosRequestConfig } from 'axios';
import { withoutQuery, type Attachment } from '../../policy/attach.js';

type Config = InternalAxiosRequestConfig;
type Redirect = { href: string; headers: Record<string, string> };

/** Marks the config of an attempt: what has it was guarded already, by whichever copy of this package. */
export const ATTEMPT: unique symbol = Symbol.for('holdfast.axios.attempt');

/** One attempt's own config, with tokens: the caller's and the interceptors' stay without. */
export function attached(
  config: Config,
  { headers, query }: Attachment,
  isTrusted: (url: string) => boolean,
): Config {
  const sent = copyOf(config);
  // Adapters write into the headers too: each attempt begins with the caller's.
  const prototype = Object.getPrototypeOf(config.headers) as object;
  sent.headers = Object.assign(Object.create(prototype) as Config['headers'], config.headers);
  if (headers) {
    for (const name in headers) sent.headers.set(name, String(headers[name]));
    sent.beforeRedirect = (target, ...rest) => {
      const { href, headers: forwarded } = target as Redirect;
      // What follows redirects in Node takes headers of one's own along to wherever it is sent.
      dropHeaders(forwarded, headers);
      if (isTrusted(href)) Object.assign(forwarded, headers);
      config.beforeRedirect?.(target, ...rest);
    };
  }
  if (query) {
    sent.params = withParams(config.params, query);
    if (config.url !== undefined) sent.url = withoutQuery(config.url, query);
  }
  return sent;
}

/** Spreading would do the same ten times slower: axios hands on an object without a prototype. */
function copyOf(config: Config): Config {
  const copy: Record<string | symbol, unknown> = { [ATTEMPT]: true };
  for (const name in config) copy[name] = config[name as keyof Config];
  return copy as unknown as Config;
}

function withParams(params: unknown, query: Readonly<Record<string, string>>): unknown {
  if (!(params instanceof URLSearchParams)) return { ...(params as object | undefined), ...query };
  const copy = new URLSearchParams(params);
  for (const [name, value] of Object.entries(query)) copy.set(name, value);
  return copy;
}

function dropHeaders(headers: object, dropped: Readonly<Record<string, string>>): void {
  const names = new Set(Object.keys(dropped).map((name) => name.toLowerCase()));
  for (const name of Object.keys(headers))
    if (names.has(name.toLowerCase())) Reflect.deleteProperty(headers, name);
}

/** Gives a response or an error the caller's config back, and takes the request out of what loggers print. */
export function hideTokens(holder: unknown, config: Config): void {
  if (typeof holder !== 'object' || holder === null) return;
  if ('config' in holder) holder.config = config;
  if ('request' in holder)
    Object.defineProperty(holder, 'request', { value: holder.request, enumerable: false, writable: true });
}
