import type { ClientOptions, RequestSessionOptions } from '../../policy/client-options.js';

/** What `skip` is asked about. */
export type FetchRequest = { readonly url: string; readonly method: string };

export interface GuardFetchOptions<T> extends ClientOptions<T, FetchRequest> {
  /**
   * The function that sends.
   * @default the global `fetch`, as it is at each call; once this guard is the global one, the one it took the place of
   */
  fetch?: typeof fetch;
}

export type GuardedInit = RequestInit & { session?: RequestSessionOptions };

/** `fetch`, with `session` options in its init. */
export type GuardedFetch = (input: string | URL | Request, init?: GuardedInit) => Promise<Response>;
