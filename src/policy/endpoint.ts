// Up to the first slash of the path, and the path without query and hash.
const PARTS = /^((?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*)?([^?#]*)/i;

/**
 * What a request goes to, without what makes it one of a kind: no query, and `*` for parts of the path with a digit in
 * them, as ids have. `/orders/17` and `/orders/18` are one endpoint.
 */
export function endpointOf(method: string, url: string): string {
  const [, origin = '', path = ''] = PARTS.exec(url) ?? [];
  return `${method.toUpperCase()} ${origin}${path.replace(/[^/]*\d[^/]*/g, '*')}`;
}
