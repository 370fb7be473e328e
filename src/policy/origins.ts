import { invalidOption } from '../errors.js';
import { originOf } from './origin-of.js';

/** Whether a request to `url` may be sent tokens. `base` is the client's base URL; `url` has it in it already. */
export type OriginRule = (url: string, base?: string) => boolean;

/** What can be said before a URL is known. */
type Outlook = {
  readonly base: string | undefined;
  readonly page: string | undefined;
  readonly trusted: readonly string[];
  /** What whole URLs begin with that go to those. */
  readonly roots: readonly string[];
  readonly trustsPaths: boolean;
};

/** A path: it stays on the origin it starts from, as `//` and `/\` would not. */
const PATH = /^\/\w/;

/** An origin, or all below one: `https://*.example.com`. */
const LISTED = /^(https?:\/\/)(\*\.)?([^\s*/?#@\\%]+)\/?$/i;

/**
 * Tokens go to the origins listed, or else to the page's and to that of `base` where it names one. Where none is known
 * nothing is allowed, since a wrong guess gives tokens away, and the first to ask makes it call `onNoneKnown`.
 */
export function originRule(listed?: readonly string[], onNoneKnown?: () => void): OriginRule {
  const origins = listed?.map(readListed);
  let outlook = look(undefined, undefined, origins);
  let isTold = false;

  return (url, base) => {
    const page = pageUrl();
    if (outlook.base !== base || outlook.page !== page) outlook = look(base, page, origins);
    const { trusted, roots, trustsPaths } = outlook;
    // What nearly every request looks like is decided without parsing a URL.
    if (trustsPaths && PATH.test(url)) return true;
    if (roots.some((root) => url.startsWith(root))) return true;
    if (trusted.length > 0) return isTrusted(originOf(url, page), trusted);
    if (!isTold) onNoneKnown?.();
    isTold = true;
    return false;
  };
}

function look(
  base: string | undefined,
  page: string | undefined,
  listed: readonly string[] | undefined,
): Outlook {
  const trusted = listed ?? knownOrigins(String(base ?? ''));
  const roots = trusted.map((origin) => `${origin}/`);
  const trustsPaths = page !== undefined && isTrusted(originOf(page), trusted);
  return { base, page, trusted, roots, trustsPaths };
}

/** A relative base says nothing of its origin: `<base href>` decides that, and an attacker may have written it. */
function knownOrigins(base: string): string[] {
  const own = pageOrigin();
  const whole = own && base.startsWith('//') ? own.replace(/\/.*/, '') + base : base;
  return [own, originOf(whole)].flatMap((origin) => origin ?? []);
}

function isTrusted(origin: string | undefined, trusted: readonly string[]): boolean {
  return origin !== undefined && trusted.some((known) => covers(known, origin));
}

function covers(known: string, origin: string): boolean {
  const [scheme = '', parent] = known.split('*');
  if (parent === undefined) return known === origin;
  if (!origin.startsWith(scheme) || !origin.endsWith(parent)) return false;
  return /^[^.]+(\.[^.]+)*$/.test(origin.slice(scheme.length, -parent.length));
}

/** What this platform resolves relative URLs from; `<base href>` may point elsewhere. */
function pageUrl(): string | undefined {
  const { document, location } = globalThis as {
    document?: { baseURI?: unknown };
    location?: { href: string };
  };
  const url = document?.baseURI ?? location?.href;
  // An element that is named `baseURI` stands in the place of it, and hides where the page's URLs go.
  return typeof url === 'string' ? url : undefined;
}

function pageOrigin(): string | undefined {
  const { origin, location } = globalThis as { origin?: unknown; location?: { href: string } };
  // In a sandbox the address looks real, and the page is nobody's. Nothing else is believed of `origin`: a script's own
  // variable of that name takes its place.
  if (origin === 'null') return undefined;
  return originOf(String(location?.href).replace(/^blob:/, ''));
}

/** Refuses what would never match, and what one could take for more than it says. */
function readListed(listed: unknown): string {
  const [, scheme = '', star, host = ''] = (typeof listed === 'string' && LISTED.exec(listed)) || [];
  const origin = originOf(`${scheme}${star ? 'any.' : ''}${host}`);
  // What is below `com` belongs to many. Between two dots there is a name, and a dot at the end makes another of it.
  if (!origin || /[/.]\.|\.(:|$)/.test(origin) || (star && origin.split('.').length < 3))
    throw invalidOption(
      'origins',
      "origins alone, such as 'https://api.example.com' or 'https://*.example.com'",
      listed,
    );
  return star ? origin.replace('any', '*') : origin;
}
