import { invalidOption } from '../errors.js';
import { accessTokenOf } from '../session/tokens/tokens.js';

/** What of the tokens goes into a request. A name that the request has already is replaced, never doubled. */
export interface Attachment {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** How tokens get into a request: called for each send, with the tokens of that moment. */
export type Attach<T> = (tokens: T) => Attachment;

/** A parameter in a URL; one that is null or undefined is left out. */
type Parameter = string | number | boolean | null | undefined;

/**
 * `Authorization: Bearer …` (RFC 6750, section 2.1). `read` picks the access token.
 * @default read: `accessToken`, `access_token` or `token`, or the tokens themselves where they are a string
 */
export function bearer<T>(read: (tokens: T) => string | undefined = accessTokenOf): Attach<T> {
  return headerWith('Authorization', 'Bearer ', read);
}

/** The access token in a header of its own, such as `X-Token`. `read` is asked once for the same tokens. */
export function header<T>(name: string, read: (tokens: T) => string | undefined = accessTokenOf): Attach<T> {
  if (typeof name !== 'string' || !HEADER_NAME.test(name))
    throw invalidOption('header(name)', 'the name of a header', name);
  return headerWith(name, '', read);
}

function headerWith<T>(name: string, prefix: string, read: (tokens: T) => string | undefined): Attach<T> {
  let latest: { readonly tokens: T; readonly attachment: Attachment } | undefined;
  return (tokens) => {
    // The same tokens serve thousands of requests, and a long header is dear to put together each time.
    if (latest?.tokens !== tokens) {
      // A token that was read from a file ends in a line break.
      const value = String(read(tokens) ?? '').trim();
      latest = { tokens, attachment: checkAttachment(value ? { headers: { [name]: prefix + value } } : {}) };
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
export function query<T>(read: (tokens: T) => Readonly<Record<string, Parameter>>): Attach<T> {
  if (typeof read !== 'function') throw invalidOption('query(read)', 'a function', read);
  return (tokens) => checkAttachment({ query: read(tokens) });
}

/** Those of `header()` serve thousands of requests, and are looked at once. */
const CHECKED = new WeakSet();

const HEADER_NAME = /^[!#$%&'*+.^`|~\w-]+$/;
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * What an `attach` of the user's own may say wrongly, put right or refused. A platform that refuses it would name it in
 * its error, and it is a token.
 *
 * @throws `invalid-option`
 */
export function checkAttachment(attachment: {
  readonly headers?: object | null | undefined;
  readonly query?: object | null | undefined;
}): Attachment {
  if (CHECKED.has(attachment)) return attachment as Attachment;
  if (typeof attachment !== 'object' || attachment === null)
    throw invalidOption('attach', 'headers, a query, or both', attachment);
  const headers = textsOf(attachment.headers, ', ', (name, value) => {
    if (!HEADER_NAME.test(name)) throw invalidOption('attach', 'names of headers', name);
    const text = value.trim();
    if (NOT_IN_HEADERS.test(text))
      throw invalidOption('attach', `what can stand in a header, for ${name}`, text);
    return text;
  });
  const parameters = textsOf(attachment.query, ',', (name, value) => {
    if (/\p{Surrogate}/u.test(name + value)) throw invalidOption('attach', 'what can stand in a URL', value);
    return value;
  });
  const checked = { ...(headers && { headers }), ...(parameters && { query: parameters }) };
  CHECKED.add(checked);
  return checked;
}

function textsOf(
  values: object | null | undefined,
  separator: string,
  read: (name: string, value: string) => string,
): Record<string, string> | undefined {
  const texts: [string, string][] = [];
  for (const [name, value] of Object.entries(values ?? {}) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    const parts = [value].flat() as unknown[];
    if (!parts.every((part) => /string|number|boolean|bigint/.test(typeof part)))
      throw invalidOption('attach', 'texts', value);
    texts.push([name, read(name, parts.map(String).join(separator))]);
  }
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}
