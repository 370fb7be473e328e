import type { Attachment } from './attach.js';

/** What is shorter is no token, and may be part of an ordinary word. Parameters are often no secrets at all. */
const SHORTEST_IN_HEADER = 4;
const SHORTEST_IN_QUERY = 8;
const HIDDEN = '…';

/**
 * Takes what was attached out of what a client threw: platforms name the URL or the header that they refuse. Gives back
 * the same error, with another text where it held a token.
 */
export function scrub(error: unknown, attachment: Attachment): unknown {
  const secrets = patternOf(attachment);
  const seen = new Set<unknown>();

  function cleaned(value: unknown): unknown {
    if (typeof value === 'string') return value.replace(secrets, `$1${HIDDEN}`);
    if (typeof value !== 'object' || value === null || seen.has(value)) return value;
    seen.add(value);
    const { href } = value as { href?: unknown };
    if (typeof href === 'string') return cleaned(href) === href ? value : cleaned(href);
    // Anything else belongs to somebody: a socket, a config of the caller's.
    if (Array.isArray(value) || typeof (value as Partial<Error>).message === 'string') cleanFields(value);
    return value;
  }

  function cleanFields(holder: object): void {
    for (const name of new Set(['message', 'stack', 'cause', ...Object.getOwnPropertyNames(holder)])) {
      const value: unknown = Reflect.get(holder, name);
      const clean = cleaned(value);
      // Defined, since a message that lies on the prototype cannot be set. What is frozen stays as it is.
      if (clean !== value)
        Reflect.defineProperty(holder, name, { value: clean, writable: true, configurable: true });
    }
  }

  return cleaned(error);
}

function patternOf({ headers = {}, query = {} }: Attachment): RegExp {
  const credentials = Object.values(headers).flatMap((value) => [value, value.replace(/^\S+ +/, '')]);
  const secrets = [
    ...credentials.filter(({ length }) => length >= SHORTEST_IN_HEADER),
    ...Object.values(query).filter(({ length }) => length >= SHORTEST_IN_QUERY),
  ];
  const names = Object.keys(query).flatMap(bothWays).map(escaped).join('|');
  const values = secrets.flatMap(bothWays).map(escaped);
  // Without a name the first part is to match nothing.
  const parameters = `([?&](?:${names || '(?!)'})=)[^&#\\s"'<>]*`;
  return new RegExp([parameters, ...values].join('|'), 'g');
}

function bothWays(text: string): string[] {
  return [text, encodeURIComponent(text)];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
