import type { Session } from '../../session/session.js';
import { guardInstance, type GuardAxiosOptions } from './guard-instance.js';
import type { AxiosLike, AxiosRequest } from './shapes.js';

/** `guardAxios` as a bundle for browsers has it: without what only other platforms need. */
export function guardAxios<T, Request = AxiosRequest>(
  instance: AxiosLike<Request>,
  session: Session<T>,
  options?: GuardAxiosOptions<T, Request>,
): () => void {
  return guardInstance({}, instance, session, options);
}
