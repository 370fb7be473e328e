/** Asks for a header by its name in lower case. */
export type HeaderOf = (name: string) => string | null;

/** A header of whatever a client keeps them in: `Headers`, `AxiosHeaders` or a plain object. `name` is in lower case. */
export function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const fields = headers as Record<string, unknown>;
  // `AxiosHeaders` are plain to look at too, and dearer to ask by `get`; those of the platform show no fields.
  for (const key in fields)
    if (key.length === name.length && key.toLowerCase() === name && typeof fields[key] !== 'function')
      return textOf(fields[key]);
  return typeof fields['get'] === 'function' ? textOf(fields['get'](name)) : null;
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : [value].flat().map(String).join(', ');
}
