import type { EndReason } from '../../src/errors.js';
import type { Family } from './model-server.js';

/** The engine's deadline of a refresh, and the window in which those in vain are counted. */
export const DEADLINE_MS = 30_000;
export const FRUITLESS_WINDOW_MS = 30_000;
/** The one excuse that a rule asks for by name. */
export const STORE_FAILED = 'the store failed';

/** What was seen of a run: it takes this to tell whether a rule is broken. */
export type Facts = ReturnType<typeof createFacts>;

export function createFacts() {
  const found = new Set<string>();
  const suspects: { readonly family: Family; readonly text: string }[] = [];
  const facts = {
    /** Logins of which the store has seen the end. */
    over: new Set<string>(),
    /** Logins whose refresh the server refused, those that a reply ended, and those that somebody left. */
    refusedLogins: new Set<string>(),
    bannedLogins: new Set<string>(),
    leftLogins: new Set<string>(),
    /** Logins with a refresh of which some tab cannot know whether it spent its token. */
    doubtful: new Set<string>(),
    /** Access tokens that were written to the store, and those that the server gave in exchange for themselves. */
    written: new Set<string>(),
    repeated: new Set<string>(),
    /** When the call was sent that brought an access token, and how long the session may take it for good. */
    obtainedAt: new Map<string, number>(),
    goodUntil: new Map<string, number>(),
    /** When the server allows the next refresh. */
    retryAt: new Map<Family, number>(),
    /** Which sign-in a version of the record stands for. */
    versions: new Map<string, number>(),

    broken: (text: string): void => void found.add(text),
    /** Broken, unless something happened to these tokens that no client can help. */
    suspect: (family: Family, text: string): void => void suspects.push({ family, text }),
    judgeSuspects(): void {
      for (const { family, text } of suspects) if (family.excuses.size === 0) found.add(text);
    },
    throwIfBroken(): void {
      if (found.size > 0) throw new Error([...found].join('\n'));
    },

    /** Whether a login may have ended for this reason. `wasReplaced`: by another one, whose end was heard of first. */
    hasCause(login: string, reason: EndReason, wasReplaced: boolean): boolean {
      const { leftLogins, bannedLogins, refusedLogins, doubtful } = facts;
      if (reason === 'refresh-lost' && !wasReplaced && !doubtful.has(login)) return false;
      const causes: Partial<Record<EndReason, ReadonlySet<string>>> = {
        'signed-out': leftLogins,
        server: bannedLogins,
      };
      const ended = causes[reason] ?? refusedLogins;
      return ended.has(login) || (wasReplaced && ended.size > 0);
    },
  };
  return facts;
}
