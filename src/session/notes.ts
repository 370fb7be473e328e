/** Longer ones are no message for a person. */
const LONGEST_NOTE = 300;
/** What is shorter than this in tokens is no secret: a type, a scope, a number of seconds. */
const SHORTEST_SECRET = 8;

/** What the server said, as far as it may be told: never where it quotes one of the tokens. */
export function noteOf(note: unknown, tokens: unknown): string | undefined {
  if (typeof note !== 'string' || note === '') return undefined;
  const secrets = typeof tokens === 'object' && tokens !== null ? Object.values(tokens) : [tokens];
  const quotesOne = secrets.some(
    (it) => typeof it === 'string' && it.length >= SHORTEST_SECRET && note.includes(it),
  );
  return quotesOne ? undefined : note.slice(0, LONGEST_NOTE);
}
