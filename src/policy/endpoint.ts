const ORIGIN_OR_ID = /(^(?:[a-z][a-z\d+.-]*:)?\/\/[^/]*)|[^/]*\d[^/]*/gi;

/**
 * What a request goes to, without what makes it one of a kind: no query, and `*` for parts of the path with a digit in
 * them, as ids have. `/orders/17` and `/orders/18` are one endpoint.
 */
export function endpointOf(method: string, url: string): string {
  const address = url.replace(/[?#].*$/s, '');
  return `${method.toUpperCase()} ${address.replace(ORIGIN_OR_ID, (_, origin?: string) => origin ?? '*')}`;
}
