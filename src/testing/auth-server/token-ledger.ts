import type { Clock } from '../../session/platform/clock.js';
import type { AccessTokenFormat } from './settings.js';
import type { AuthServerProfile } from './users.js';

/** What the ledger needs of the server's settings; they may change between any two calls. */
export interface LedgerSettings {
  readonly accessLifetimeMs: number;
  readonly refreshLifetimeMs: number;
  readonly rotation: boolean;
  readonly reuseGraceMs: number;
  readonly latestOnly: boolean;
  readonly accessTokens: AccessTokenFormat;
}

export type Grant = {
  readonly user: AuthServerProfile;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
};

/** Everything that descends from one sign-in. */
interface Family {
  readonly user: AuthServerProfile;
  revoked: boolean;
  current: Grant;
}

interface AccessToken {
  readonly family: Family;
  readonly expiresAt: number;
  revoked: boolean;
}

interface RefreshToken {
  readonly family: Family;
  readonly expiresAt: number;
  /** When it was exchanged for its successor. */
  spentAt?: number;
}

export interface TokenLedger {
  /** Starts a family. */
  open(user: AuthServerProfile): Grant;
  /** Spends a refresh token and issues its successor. */
  refresh(refreshToken: string): Grant | 'refused' | 'reused';
  /** Whose access token this is; if it is no good, why. */
  judge(accessToken: string): AuthServerProfile | 'unknown-token' | 'expired-token' | 'revoked-token';
  /** The tokens that are current in the family of this refresh token, if it has one. */
  current(refreshToken: string): Grant | undefined;
  /** Ends the family that this token, of either kind, belongs to. */
  close(token: string): void;
  /** Kills access tokens, of one user or of all. */
  revokeAccess(username?: string): void;
  /** Ends families, of one user or of all. */
  revokeFamilies(username?: string): void;
}

/** Who holds which token, and what has become of it. */
export function createTokenLedger(settings: LedgerSettings, clock: Clock): TokenLedger {
  const accessTokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, RefreshToken>();

  function mint(user: AuthServerProfile, refreshToken: string): Grant {
    const issuedAt = clock.now();
    const expiresAt = issuedAt + settings.accessLifetimeMs;
    if (settings.accessTokens === 'opaque')
      return { user, accessToken: opaque('at'), refreshToken, expiresAt };
    // A NumericDate counts whole seconds (RFC 7519, section 2), and what the token says of itself is what holds.
    const exp = Math.ceil(expiresAt / 1000);
    const accessToken = jwt({ sub: user.username, iat: Math.floor(issuedAt / 1000), exp, jti: noise() });
    return { user, accessToken, refreshToken, expiresAt: exp * 1000 };
  }

  function enter(family: Family): Grant {
    const { accessToken, refreshToken, expiresAt } = family.current;
    accessTokens.set(accessToken, { family, expiresAt, revoked: false });
    if (!refreshTokens.has(refreshToken)) {
      refreshTokens.set(refreshToken, { family, expiresAt: clock.now() + settings.refreshLifetimeMs });
    }
    return family.current;
  }

  function renew(family: Family, refreshToken: string): Grant {
    family.current = mint(family.user, refreshToken);
    return enter(family);
  }

  const judge: TokenLedger['judge'] = (accessToken) => {
    const issued = accessTokens.get(accessToken);
    if (issued === undefined) return 'unknown-token';
    if (clock.now() >= issued.expiresAt) return 'expired-token';
    const { family } = issued;
    const superseded = settings.latestOnly && family.current.accessToken !== accessToken;
    return issued.revoked || family.revoked || superseded ? 'revoked-token' : family.user;
  };

  return {
    judge,

    open: (user) => enter({ user, revoked: false, current: mint(user, opaque('rt')) }),

    refresh(refreshToken) {
      const issued = refreshTokens.get(refreshToken);
      if (issued === undefined || issued.family.revoked || clock.now() >= issued.expiresAt) return 'refused';
      const { family } = issued;
      if (issued.spentAt === undefined) {
        if (!settings.rotation) return renew(family, refreshToken);
        issued.spentAt = clock.now();
        return renew(family, opaque('rt'));
      }
      if (clock.now() - issued.spentAt < settings.reuseGraceMs) {
        // Most likely its answer was lost, so it is given again. With a dead access token the client would only come
        // back, so that one is replaced.
        const isDead = typeof judge(family.current.accessToken) === 'string';
        return isDead ? renew(family, family.current.refreshToken) : family.current;
      }
      family.revoked = true;
      return 'reused';
    },

    current: (refreshToken) => refreshTokens.get(refreshToken)?.family.current,

    close(token) {
      const issued = accessTokens.get(token) ?? refreshTokens.get(token);
      if (issued !== undefined) issued.family.revoked = true;
    },

    revokeAccess(username) {
      for (const token of accessTokens.values()) {
        if (username === undefined || token.family.user.username === username) token.revoked = true;
      }
    },

    revokeFamilies(username) {
      for (const { family } of refreshTokens.values()) {
        if (username === undefined || family.user.username === username) family.revoked = true;
      }
    },
  };
}

function opaque(prefix: string): string {
  return `${prefix}_${noise()}`;
}

function jwt(claims: object): string {
  return [{ alg: 'HS256', typ: 'JWT' }, claims].map(base64url).concat(noise()).join('.');
}

function base64url(part: object): string {
  const binary = String.fromCodePoint(...new TextEncoder().encode(JSON.stringify(part)));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function noise(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
