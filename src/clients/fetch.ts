import type { ClientOptions, RequestSessionOptions } from '../policy/client-options.js';
import type { Session } from '../session/session.js';
import { createGuardedFetch } from './fetch/guarded.js';
import { sendFollowing } from './fetch/redirects.js';
import type { FetchRequest, GuardedFetch, GuardFetchOptions } from './fetch/shapes.js';

export type { ClientOptions, FetchRequest, GuardedFetch, GuardFetchOptions, RequestSessionOptions };

/**
 * Makes a `fetch` that keeps working while access tokens expire.
 *
 * It may take the place of the global one: `globalThis.fetch = guardFetch(session)`. In Node, where there is no page,
 * list the `origins` that tokens may go to. A request with an `Authorization` of its own that is no `Bearer` is left
 * alone.
 *
 * A redirect to where no tokens may go takes none along, and its reply says nothing of them. Browsers do not show a
 * redirect before they follow it, and take a header of your own (`header('X-Token')`) along; `Authorization` they drop.
 * There `crossOriginRedirects: 'refuse'` fails redirected requests with a `TypeError`, as `redirect: 'error'` does.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import { createSession } from 'holdfast';
 * import { guardFetch } from 'holdfast/fetch';
 *
 * type Tokens = { accessToken: string; refreshToken: string };
 * declare const session: ReturnType<typeof createSession<Tokens>>;
 *
 * const fetch = guardFetch(session);
 * const response = await fetch('/api/orders', { session: { tag: 'orders' } });
 * ```
 */
export function guardFetch<T>(session: Session<T>, options: GuardFetchOptions<T> = {}): GuardedFetch {
  return createGuardedFetch({ sendFollowing }, session, options);
}
