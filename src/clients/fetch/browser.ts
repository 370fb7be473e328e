import type { Session } from '../../session/session.js';
import { createGuardedFetch } from './guarded.js';
import type { GuardedFetch, GuardFetchOptions } from './shapes.js';

/** `guardFetch` as a bundle for browsers has it: without what only other platforms need. */
export function guardFetch<T>(session: Session<T>, options?: GuardFetchOptions<T>): GuardedFetch {
  return createGuardedFetch({}, session, options);
}
