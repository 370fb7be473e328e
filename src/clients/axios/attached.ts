import { withoutQuery, type Attachment } from '../../policy/attach.js';
import { deleteHeaders, setHeader } from './headers.js';
import { withParams } from './params.js';
import type { RedirectRule } from './redirects.js';
import type { Config, Transport } from './shapes.js';

/** Marks the config of an attempt: what has it was guarded already, by whichever copy of this package. */
export const ATTEMPT: unique symbol = Symbol.for('holdfast.axios.attempt');

/** One attempt's own config, with tokens: the caller's and the interceptors' stay without. */
export function attached(
  config: Config,
  { headers, query }: Attachment,
  transport: Transport,
  redirects: RedirectRule,
): Config {
  const sent = copyOf(config, transport);
  // Adapters write into the headers too: each attempt begins with the caller's.
  const prototype = Object.getPrototypeOf(config.headers) as object;
  sent.headers = Object.assign(Object.create(prototype) as Config['headers'], config.headers);
  for (const name in headers) setHeader(sent.headers, name, String(headers[name]));
  if (headers || query) {
    let strayed = false;
    sent.beforeRedirect = (target, ...rest) => {
      const { href, headers: forwarded } = target;
      // What follows redirects in Node takes headers of one's own along to wherever it is sent.
      deleteHeaders(forwarded, Object.keys(headers ?? {}));
      const trusted = redirects.isTrusted(href);
      if (!trusted) redirects.refuse?.();
      // Whoever it strayed to says where it goes from there: never with tokens.
      strayed ||= !trusted;
      if (!strayed) Object.assign(forwarded, headers);
      config.beforeRedirect?.(target, ...rest);
    };
  }
  if (query) {
    sent.params = withParams(config.params, query);
    if (config.url !== undefined) sent.url = withoutQuery(config.url, query);
  }
  return sent;
}

/** Once its adapter has read it: an error that shows it shows no tokens. */
export function takeTokensOut(sent: Config, config: Config): void {
  sent.headers = config.headers;
  // What makes a form measures it first, and reads these afterwards.
  if (typeof (config.data as { getLength?: unknown } | undefined)?.getLength === 'function') return;
  sent.params = config.params;
  sent.url = config.url;
}

/**
 * Spreading would do the same ten times slower: axios hands on an object without a prototype. Its own adapters get such
 * a one again, since it makes a copy of any other.
 */
function copyOf(config: Config, transport: Transport): Config {
  const copy = { [ATTEMPT]: true } as unknown as Record<string, unknown>;
  for (const name in config) copy[name] = config[name as keyof Config];
  if (typeof transport !== 'function') Object.setPrototypeOf(copy, null);
  return copy as unknown as Config;
}
