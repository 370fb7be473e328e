// Brings in what is added to below.
// eslint-disable-next-line unicorn/require-module-specifiers, import/no-empty-named-blocks
import type {} from 'axios';
import type { ClientOptions, RequestSessionOptions } from '../policy/client-options.js';
import type { Session } from '../session/session.js';
import { EVERYWHERE } from './axios/everywhere.js';
import { guardInstance, type GuardAxiosOptions } from './axios/guard-instance.js';
import type { AxiosLike, AxiosRequest } from './axios/shapes.js';

export type { AxiosLike, AxiosRequest, ClientOptions, GuardAxiosOptions, RequestSessionOptions };

declare module 'axios' {
  interface AxiosRequestConfig {
    /** How Holdfast treats this request. */
    session?: RequestSessionOptions;
  }
}

/**
 * Puts an axios instance under a session, beneath its interceptors: they, serialisers and loading counters see one
 * request and one response, however often it is sent.
 *
 * Returns the undo. Guarding an instance again takes the place of the earlier guard. Instances that are created from it
 * later are guarded along, until the undo; tokens go to their base URL where it has none itself and is not the default
 * export, from which anybody may create. A request that brings its own `adapter` goes unguarded.
 *
 * An error of Holdfast's own carries the request's `config` and, where a reply had come, that as `response`. A stream in
 * it was let go of where the reply was not the last.
 *
 * @throws `invalid-option`
 * @example
 * ```ts
 * import axios from 'axios';
 * import { createSession, envelope, query } from 'holdfast';
 * import { guardAxios } from 'holdfast/axios';
 *
 * type Tokens = { accessToken: string; refreshToken: string };
 * declare const session: ReturnType<typeof createSession<Tokens>>;
 *
 * export const client = axios.create({ baseURL: '/api' });
 * guardAxios(client, session, {
 *   attach: query(({ accessToken }) => ({ token: accessToken })),
 *   judge: envelope({ code: 'errcode', refresh: [40001, 42001] }),
 * });
 * ```
 */
export function guardAxios<T, Request = AxiosRequest>(
  instance: AxiosLike<Request>,
  session: Session<T>,
  options: GuardAxiosOptions<T, Request> = {},
): () => void {
  return guardInstance(EVERYWHERE, instance, session, options);
}
