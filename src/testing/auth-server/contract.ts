import type { Clock } from '../../session/platform/clock.js';
import type { RefreshFault, RefreshFaultOptions } from './faults.js';
import type { AuthServerSettings } from './settings.js';
import type { AuthServerProfile, AuthServerUser } from './users.js';

/** What a sign-in and a refresh are answered with; in the envelope style, as its `data`. */
export type AuthServerTokens = {
  /** Opaque: it can be compared and nothing else. With `accessTokens: 'jwt'` its claims can be read, too. */
  readonly accessToken: string;
  readonly refreshToken: string;
  /** In seconds, fractions included, from when the request arrived. */
  readonly expiresIn: number;
  readonly user: AuthServerProfile;
};

/** What happened since the start or the last `resetCounters()`. */
export type AuthServerCounters = {
  /** Sign-ins over HTTP that were granted. */
  logins: number;
  /** Refresh requests that arrived, whatever became of them. */
  refreshes: number;
  /** Refresh tokens that were honoured, the forgiven ones and those whose answer was dropped included. */
  refreshesServed: number;
  /** Families revoked because a spent refresh token came again. */
  reuseAlarms: number;
  /** API requests answered, those that `authenticate` let through included. */
  served: number;
  /** API requests refused for their token. */
  rejected: number;
};

/** Where the server starts from; the settings can be given here too. */
export interface AuthServerOptions extends Partial<AuthServerSettings> {
  /** @default ada with the password ada, and lin with the password lin */
  readonly users?: readonly AuthServerUser[];
  /** What the paths begin with, `/v1` for instance. @default '' */
  readonly basePath?: string;
  /** The header that may carry the bare access token instead of `Authorization`. @default 'x-token' */
  readonly tokenHeader?: string;
  /** Drives every lifetime and every delay. @default systemClock */
  readonly clock?: Clock;
}

/** The server: call it with a request, and steer it by its properties, which need no `this`. */
export interface AuthServer {
  (request: Request): Promise<Response>;
  readonly settings: AuthServerSettings;
  /** Live: the object stays the same while its numbers move. */
  readonly counters: Readonly<AuthServerCounters>;
  readonly resetCounters: () => void;
  /**
   * Makes the next refresh go wrong, or the next few. Faults that were asked for earlier come first.
   *
   * @throws `TypeError` for a fault that does not exist, or a `times` that is no count.
   */
  readonly failNextRefresh: (fault: RefreshFault, options?: RefreshFaultOptions) => void;
  /** Forgets the faults that are still to come. */
  readonly healRefresh: () => void;
  /** Kills the access tokens, of one user or of all. Refresh tokens live on. */
  readonly revokeAccess: (username?: string) => void;
  /** Kills the sign-ins with all their tokens, of one user or of all. */
  readonly revokeSessions: (username?: string) => void;
  /** Signs a user in without a request. @throws `TypeError` for an unknown username. */
  readonly signIn: (username: string) => AuthServerTokens;
  /**
   * Judges the access token of a request to a route of your own, and counts it: `{ user }` when it is good, otherwise
   * the answer to give.
   *
   * @example
   * ```ts
   * import { createAuthServer } from 'holdfast/testing';
   *
   * const server = createAuthServer();
   * function whoAmI(request: Request): Response {
   *   const caller = server.authenticate(request);
   *   return caller instanceof Response ? caller : Response.json(caller.user);
   * }
   * ```
   */
  readonly authenticate: (request: Request) => { readonly user: AuthServerProfile } | Response;
  /** Breaks off every request that still waits for its answer. */
  readonly close: () => void;
}
