import { locationOf, redirectRefused } from '../../policy/redirects.js';
import { headerOf } from '../../session/platform/headers.js';
import type { Session } from '../../session/session.js';
import { guardInstance, type GuardAxiosOptions } from './guard-instance.js';
import type { Platform } from './platform.js';
import type { SentRequest } from './redirects.js';
import type { AxiosLike, AxiosRequest } from './shapes.js';

/** Browsers show no redirect. Where such a bundle runs elsewhere, and sees one over the fetch adapter, it fails. */
const IN_BROWSERS: Platform = {
  redirected({ request, status, headers }) {
    const { redirect } = (request ?? {}) as SentRequest;
    const isSeen = redirect === 'manual' && locationOf(status, headerOf(headers, 'location')) !== undefined;
    if (isSeen) throw redirectRefused();
    return undefined;
  },
};

/** `guardAxios` as a bundle for browsers has it: without what only other platforms need. */
export function guardAxios<T, Request = AxiosRequest>(
  instance: AxiosLike<Request>,
  session: Session<T>,
  options?: GuardAxiosOptions<T, Request>,
): () => void {
  return guardInstance(IN_BROWSERS, instance, session, options);
}
