import type { AuthServerStyle } from './replies.js';

/** How the server behaves. Each may be changed while it runs and holds from the next request on. */
export interface AuthServerSettings {
  /** How long an access token issued from now on works. @default 60_000 */
  accessLifetimeMs: number;
  /** How long a refresh token issued from now on works. @default 2_592_000_000, 30 days */
  refreshLifetimeMs: number;
  /**
   * Whether each refresh spends its refresh token and issues another (RFC 9700, section 4.14.2). A spent one that
   * comes again revokes everything that descends from its sign-in, and counts a reuse alarm. `false`: a refresh token
   * is answered with itself. @default true
   */
  rotation: boolean;
  /**
   * For how long a spent refresh token is forgiven: it is answered with the tokens that are current in its family,
   * as often as it comes, and nothing is rotated. A dead access token is replaced on the way. @default 0, strict
   */
  reuseGraceMs: number;
  /**
   * How long the answer to a refresh takes. The refresh token is spent when the request arrives, as a database
   * commits before the network is slow; lifetimes count from there too. @default 0
   */
  refreshDelayMs: number;
  /**
   * How it says no.
   *
   * `status`: 401 with `WWW-Authenticate: Bearer error="invalid_token"` for access tokens, 400 with
   * `{ error: 'invalid_grant' }` for refresh tokens, `{ error, error_description }` otherwise.
   *
   * `envelope`: always HTTP 200 with `{ errcode, errmsg, data }`: 0 ok, 40001 no access token or an unknown one,
   * 42001 expired, 40014 revoked or superseded, 40035 more than one, 40030 refresh token refused, 41001 wrong
   * username or password, 47001 unreadable body, 48001 forbidden.
   *
   * Server failures (429, 500, 503) and an unknown path (404) have their HTTP status in both. @default 'status'
   */
  style: AuthServerStyle;
  /** Whether an access token dies as soon as its family gets a newer one, as WeChat's do. @default false */
  latestOnly: boolean;
  /**
   * What access tokens look like. `jwt`: `sub`, `iat`, `exp` and `jti` can be read from them (RFC 7519), as many
   * clients do, and lifetimes are rounded up to whole seconds. They are signed with noise, since the server compares
   * them as a whole. @default 'opaque'
   */
  accessTokens: AccessTokenFormat;
}

export type AccessTokenFormat = 'opaque' | 'jwt';

export const DEFAULT_SETTINGS: AuthServerSettings = {
  accessLifetimeMs: 60_000,
  refreshLifetimeMs: 30 * 24 * 60 * 60 * 1000,
  rotation: true,
  reuseGraceMs: 0,
  refreshDelayMs: 0,
  style: 'status',
  latestOnly: false,
  accessTokens: 'opaque',
};
