/** What the model server issues. `login` says by which sign-in a person came: the identity that must not change. */
export type Tokens = {
  readonly user: string;
  readonly login: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn?: number;
};

export const LIFETIME_MS = 60_000;
/** Stands in every token, and nowhere else. */
export const SECRET = 'S3CRET';

export function hasSecret(value: unknown): boolean {
  return JSON.stringify(value).includes(SECRET);
}

/** All tokens that descend from one login. */
export type Family = {
  readonly user: string;
  readonly login: string;
  refreshToken: string;
  revoked: boolean;
  /** A refresh token was presented twice, and the server took it for theft. */
  alarmed: boolean;
  /** Why the server may see one twice without anybody being at fault. */
  readonly excuses: Set<string>;
};

type AccessToken = { readonly family: Family; readonly issuedAt: number; revoked: boolean };
type RefreshToken = { readonly family: Family; spent: boolean };

/** An auth server that rotates refresh tokens, and ends a family when one is used twice (unless it has a grace). */
export type ModelServer = {
  signIn(user: string, login?: string): Tokens;
  /** New tokens, or null: refused. */
  refresh(tokens: Tokens): Tokens | null;
  serves(tokens: Tokens): boolean;
  familyOf(tokens: Tokens): Family;
  issuedAt(tokens: Tokens): number;
  revokeAccess(): void;
  revokeFamilies(): void;
  readonly families: readonly Family[];
};

export function createModelServer(options: {
  grace: boolean;
  tellsExpiry: boolean;
  now: () => number;
}): ModelServer {
  const families: Family[] = [];
  const accessTokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, RefreshToken>();
  let issued = 0;

  function mint(family: Family): Tokens {
    const { user, login, refreshToken } = family;
    const accessToken = `${SECRET}-access-${++issued}`;
    accessTokens.set(accessToken, { family, issuedAt: options.now(), revoked: false });
    const expiry = options.tellsExpiry ? { expiresIn: LIFETIME_MS / 1000 } : {};
    return { user, login, accessToken, refreshToken, ...expiry };
  }

  function rotate(family: Family): Tokens {
    family.refreshToken = `${SECRET}-refresh-${++issued}`;
    refreshTokens.set(family.refreshToken, { family, spent: false });
    return mint(family);
  }

  function held<Value>(tokens: Map<string, Value>, token: string): Value {
    const found = tokens.get(token);
    if (found === undefined) throw new Error('a token that was never issued');
    return found;
  }

  return {
    families,
    signIn(user, login = `${user}#${families.length + 1}`) {
      const excuses = new Set<string>();
      const family = { user, login, refreshToken: '', revoked: false, alarmed: false, excuses };
      families.push(family);
      return rotate(family);
    },
    refresh({ refreshToken }) {
      const presented = held(refreshTokens, refreshToken);
      const { family } = presented;
      if (family.revoked) return null;
      if (presented.spent) {
        if (options.grace) return mint(family);
        family.alarmed = true;
        family.revoked = true;
        return null;
      }
      presented.spent = true;
      return rotate(family);
    },
    serves({ accessToken }) {
      const { family, issuedAt, revoked } = held(accessTokens, accessToken);
      return !revoked && !family.revoked && options.now() < issuedAt + LIFETIME_MS;
    },
    familyOf: ({ accessToken }) => held(accessTokens, accessToken).family,
    issuedAt: ({ accessToken }) => held(accessTokens, accessToken).issuedAt,
    revokeAccess() {
      for (const token of accessTokens.values()) token.revoked = true;
    },
    revokeFamilies() {
      for (const family of families) family.revoked = true;
    },
  };
}
