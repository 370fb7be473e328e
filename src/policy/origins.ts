import { invalidOption } from '../errors.js';

/** Whether `url`, absolute or relative to `base`, may be sent tokens. */
export type OriginRule = (url: string, base?: string) => boolean;

/** What can be said before a URL is known. */
type Outlook = {
  readonly base: string;
  readonly page: string | undefined;
  /** What a relative URL starts from. */
  readonly from: URL | undefined;
  readonly trusted: readonly string[];
  /** What whole URLs begin with that go to those. */
  readonly roots: readonly string[];
  readonly trustsFrom: boolean;
};

/** A path: it stays on the origin it starts from, as `//` and `/\` would not. */
const PATH = /^\/\w/;

/**
 * Tokens go to the origins listed, or else to those of `base` and of the page. Where none is known nothing is allowed: a
 * wrong guess gives tokens away.
 */
export function originRule(listed?: readonly string[]): OriginRule {
  const origins = listed?.map(readOrigin);
  let outlook = look('', undefined, origins);

  return (url, base = '') => {
    const page = pageUrl();
    if (outlook.base !== base || outlook.page !== page) outlook = look(base, page, origins);
    const { from, trusted, roots, trustsFrom } = outlook;
    // What nearly every request looks like is decided without parsing a URL.
    if (trustsFrom && PATH.test(url)) return true;
    return roots.some((root) => url.startsWith(root)) || isTrusted(parse(url, from), trusted);
  };
}

function look(base: string, page: string | undefined, listed: readonly string[] | undefined): Outlook {
  const from = parse(base, page);
  const { location } = globalThis as { location?: { href: string } };
  const trusted = listed ?? [base ? from : undefined, parse(location?.href ?? '')].flatMap(originOf);
  const roots = trusted.map((origin) => `${origin}/`);
  return { base, page, from, trusted, roots, trustsFrom: isTrusted(from, trusted) };
}

function isTrusted(url: URL | undefined, trusted: readonly string[]): boolean {
  return url !== undefined && url.username === '' && url.password === '' && trusted.includes(url.origin);
}

/** None where there is none that could be told from others: a page out of a file, say. */
function originOf(url: URL | undefined): string[] {
  return url && url.origin !== 'null' ? [url.origin] : [];
}

/** What the page's relative URLs start from; `<base href>` may point elsewhere. */
function pageUrl(): string | undefined {
  const { document, location } = globalThis as {
    document?: { baseURI: string };
    location?: { href: string };
  };
  return document?.baseURI ?? location?.href;
}

function readOrigin(listed: unknown): string {
  const [origin] = typeof listed === 'string' ? originOf(parse(listed)) : [];
  if (origin === undefined)
    throw invalidOption('origins', "origins such as 'https://api.example.com'", listed);
  return origin;
}

function parse(url: string, base?: URL | string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}
