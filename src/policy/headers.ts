/** Asks for a header by its name in lower case. */
export type HeaderOf = (name: string) => string | null;

/** A header of whatever a client keeps them in: `Headers`, `AxiosHeaders` or a plain object. `name` is in lower case. */
export function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const { get } = headers as { get?: unknown };
  const value =
    typeof get === 'function'
      ? (get.call(headers, name) as unknown)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return value === undefined || value === null ? null : [value].flat().map(String).join(', ');
}
