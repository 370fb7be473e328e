import { invalidOption } from '../errors.js';

/** Whether `url`, absolute or relative to `base`, may be sent tokens. */
export type OriginRule = (url: string, base?: string) => boolean;

/**
 * Tokens go to the origins listed, or else to those of `base` and of the page. Where none is known nothing is allowed: a
 * wrong guess gives tokens away.
 */
export function originRule(listed?: readonly string[]): OriginRule {
  if (listed !== undefined && !Array.isArray(listed))
    throw invalidOption('origins', 'an array of origins', listed);
  const allowed = listed && new Set(listed.map(readOrigin));
  // What nearly every request looks like is decided without parsing a URL.
  const prefixes = [...(allowed ?? [])].map((origin) => `${origin}/`);
  let judgedBase: string | undefined;
  let basePrefix: string | undefined;

  function judgeSlowly(url: string, base: string | undefined): boolean {
    const page = pageUrl();
    const from = base ? parse(base, page) : parse(page ?? '');
    const target = parse(url, from?.href);
    if (!target || target.username !== '' || target.password !== '' || target.origin === 'null') return false;
    if (allowed) return allowed.has(target.origin);
    return target.origin === from?.origin || target.origin === parse(page ?? '')?.origin;
  }

  return (url, base) => {
    if (base !== judgedBase) {
      judgedBase = base;
      basePrefix = base && judgeSlowly(base, base) ? rootOf(base) : undefined;
    }
    if (basePrefix !== undefined && url.startsWith(basePrefix)) return true;
    return prefixes.some((prefix) => url.startsWith(prefix)) || judgeSlowly(url, base);
  };
}

/** What a URL may go on from without leaving the origin of `base`; undefined where there is no such thing. */
function rootOf(base: string): string | undefined {
  const root = `${base.replace(/[/\\]+$/, '')}/`;
  const page = pageUrl();
  // `/` alone could become `//elsewhere`.
  return root !== '/' && parse(`${root}x`, page)?.origin === parse(base, page)?.origin ? root : undefined;
}

function pageUrl(): string | undefined {
  const { location } = globalThis as { location?: { href?: string } };
  return location?.href;
}

function readOrigin(origin: unknown): string {
  const url = typeof origin === 'string' ? parse(origin) : undefined;
  if (!url || url.origin === 'null')
    throw invalidOption('origins', "origins such as 'https://api.example.com'", origin);
  return url.origin;
}

function parse(url: string, base?: string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}
