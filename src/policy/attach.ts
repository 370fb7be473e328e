import { invalidOption } from '../errors.js';
import { accessTokenOf } from '../session/tokens.js';

/** What of the tokens goes into a request. A name that the request has already is replaced, never doubled. */
export interface Attachment {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** How tokens get into a request: called for each send, with the tokens of that moment. */
export type Attach<T> = (tokens: T) => Attachment;

/**
 * `Authorization: Bearer …` (RFC 6750, section 2.1). `read` picks the access token.
 * @default read: `accessToken`, `access_token` or `token`, or the tokens themselves where they are a string
 */
export function bearer<T>(read: (tokens: T) => string | undefined = accessTokenOf): Attach<T> {
  return header('Authorization', (tokens) => withPrefix('Bearer ', read(tokens)));
}

/** The access token in a header of its own, such as `X-Token`. `read` is asked once for the same tokens. */
export function header<T>(name: string, read: (tokens: T) => string | undefined = accessTokenOf): Attach<T> {
  if (typeof name !== 'string' || name === '')
    throw invalidOption('header(name)', 'the name of a header', name);
  let latest: { readonly tokens: T; readonly attachment: Attachment } | undefined;
  return (tokens) => {
    // The same tokens serve thousands of requests, and a long header is dear to put together each time.
    if (latest?.tokens !== tokens) {
      const value = read(tokens);
      latest = { tokens, attachment: value ? { headers: { [name]: value } } : {} };
    }
    return latest.attachment;
  };
}

/**
 * Parameters in the URL, for servers that want them there. A URL ends up in logs and histories: prefer a header where
 * the server takes one.
 *
 * @example
 * ```ts
 * import { query } from 'holdfast';
 *
 * export const attach = query((tokens: { accessToken: string }) => ({ appkey: 'admin', token: tokens.accessToken }));
 * ```
 */
export function query<T>(read: (tokens: T) => Readonly<Record<string, string>>): Attach<T> {
  if (typeof read !== 'function') throw invalidOption('query(read)', 'a function', read);
  return (tokens) => ({ query: read(tokens) });
}

function withPrefix(prefix: string, value: string | undefined): string | undefined {
  return value && prefix + value;
}

/** `url` with these parameters in the place of those that have the same names; all else stays byte for byte. */
export function withQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const [rest, hash] = splitAt(withoutQuery(url, parameters), '#');
  const added = Object.entries(parameters).map((pair) => pair.map(encodeURIComponent).join('='));
  if (added.length === 0) return rest + hash;
  return `${rest}${rest.includes('?') ? '&' : '?'}${added.join('&')}${hash}`;
}

/** `url` without the parameters that have these names. */
export function withoutQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const [rest, hash] = splitAt(url, '#');
  const [path, search] = splitAt(rest, '?');
  const pairs = search.slice(1).split('&');
  const kept = pairs.filter((pair) => !Object.hasOwn(parameters, nameIn(pair)));
  if (kept.length === pairs.length) return url;
  return path + (kept.length > 0 ? `?${kept.join('&')}` : '') + hash;
}

function splitAt(text: string, mark: string): [before: string, rest: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function nameIn(pair: string): string {
  const name = pair.replace(/=.*/s, '').replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
