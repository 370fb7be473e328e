/** One challenge of a `WWW-Authenticate` header: the scheme and the names of its parameters in lower case. */
export type Challenge = { readonly scheme: string; readonly parameters: Record<string, string> };

// A parameter, or a word that begins the next challenge. Quoted strings may hold commas and escaped quotes.
const PART = /[\s,]*([!#$%&'*+.^`|~\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)|)/gy;

/** Reads several challenges out of one header (RFC 9110, section 11.6.1); none where it cannot be read. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  PART.lastIndex = 0;
  for (let match = PART.exec(header); match; match = PART.exec(header)) {
    const [, name = '', value] = match;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    else Object.assign(challenges.at(-1)?.parameters ?? {}, { [name.toLowerCase()]: unquote(value) });
  }
  return challenges;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
