import type { Attachment } from '../../policy/attach.js';
import { withoutQuery } from '../../policy/query-string.js';
import { copyOfHeaders, deleteHeaders, setHeader } from './headers.js';
import { withParams } from './params.js';
import type { Config } from './shapes.js';

/** Marks the config of an attempt: what has it was guarded already, by whichever copy of this package. */
export const ATTEMPT: unique symbol = Symbol.for('holdfast.axios.attempt');

/**
 * One attempt's own config, with tokens: the caller's and the interceptors' stay without. `mayHaveTokens` is asked where a
 * redirect leads to, and throws where it is not to be followed.
 */
export function attached(
  config: Config,
  { headers, query }: Attachment,
  mayHaveTokens: (url: string) => boolean,
): Config {
  const sent = attemptOf(config);
  // Adapters write into the headers too: each attempt begins with the caller's.
  sent.headers = copyOfHeaders(config.headers);
  for (const name in headers) setHeader(sent.headers, name, String(headers[name]));
  if (headers || query) {
    let strayed = false;
    sent.beforeRedirect = (target, ...rest) => {
      const { href, headers: forwarded } = target;
      // What follows redirects in Node takes headers of one's own along to wherever it is sent.
      deleteHeaders(forwarded, Object.keys(headers ?? {}));
      const isTrusted = mayHaveTokens(href);
      // From a foreign origin on, that origin decides where the request goes, also back home: so never with tokens.
      strayed ||= !isTrusted;
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

/** Spreading would do the same ten times slower: axios hands on an object without a prototype. */
function attemptOf(config: Config): Config {
  const copy = { [ATTEMPT]: true } as unknown as Record<string, unknown>;
  for (const name in config) copy[name] = config[name as keyof Config];
  return copy as unknown as Config;
}
