/** Longer ones are no message for a person. */
const LONGEST_NOTE = 300;
/** What is shorter than this in tokens is no secret: a type, a scope, a number of seconds. */
const SHORTEST_SECRET = 8;

/** What the server said, as far as it may be told: never where it quotes one of the tokens. */
export function noteOf(note: unknown, tokens: unknown): string | undefined {
  if (typeof note !== 'string' || note === '' || quotes(note, tokens)) return undefined;
  return note.slice(0, LONGEST_NOTE);
}

function quotes(note: string, data: unknown): boolean {
  if (typeof data === 'string') return data.length >= SHORTEST_SECRET && note.includes(data);
  return typeof data === 'object' && data !== null && Object.values(data).some((it) => quotes(note, it));
}
