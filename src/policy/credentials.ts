import type { Session } from '../session/session.js';
import type { Awaitable } from '../session/platform/awaitable.js';
import type { ClientSettings } from './client-options.js';

/**
 * Whether a request's own `Authorization` says who asks, and no tokens are to take its place: then it is left alone. A
 * promise only while the store has not been read yet.
 */
export function bringsCredentials<T>(
  { attach, attached }: Pick<ClientSettings<T, never>, 'attach' | 'attached'>,
  session: Pick<Session<T>, 'current' | 'ready' | 'snapshot'>,
  authorization: string | null | undefined,
): Awaitable<boolean> {
  const scheme = schemeOf(authorization);
  // Nearly every request that brings an `Authorization` brings a Bearer that an earlier interceptor left behind, or a
  // token without any scheme. Ours takes the place of either.
  if (scheme === '' || scheme === 'bearer') return false;
  const decide = (): boolean => {
    const tokens = session.current();
    const attachment = tokens === null ? attached() : attach(tokens);
    if (attachment === undefined) return true;
    for (const [name, value] of Object.entries(attachment.headers ?? {}))
      if (name.toLowerCase() === 'authorization') return schemeOf(value) !== scheme;
    return false;
  };
  return session.snapshot().status === 'loading' ? session.ready.then(decide) : decide();
}

/** The scheme of an `Authorization` in lower case, empty where it has none. */
function schemeOf(authorization: string | null | undefined): string {
  return /^\s*([^\s=,]+)[ \t]+\S/.exec(authorization ?? '')?.[1]?.toLowerCase() ?? '';
}
