/**
 * What a request goes to, without what makes it one of a kind: no query, and `*` for parts of the path with a digit in
 * them, as ids have. `/orders/17` and `/orders/18` are one endpoint.
 */
export function endpointOf(method: string, url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return `${method.toUpperCase()} ${path.replace(/(^|\/)(?!\/)[^/]*\d[^/]*/g, '$1*')}`;
}
