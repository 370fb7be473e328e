/** The moment an HTTP date names (RFC 9110, section 5.6.7), in milliseconds since 1970; NaN when it names none. */
export function parseHttpDate(text: string): number {
  return Date.parse(text);
}
