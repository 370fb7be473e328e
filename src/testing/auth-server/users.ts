/** Someone who can sign in. Everything but the password is told to the client. */
export interface AuthServerUser {
  readonly username: string;
  readonly password: string;
  readonly [detail: string]: unknown;
}

/** A user as the client sees it. */
export interface AuthServerProfile {
  readonly username: string;
  readonly [detail: string]: unknown;
}

export const DEFAULT_USERS: readonly AuthServerUser[] = [
  { username: 'ada', password: 'ada', name: 'Ada Lovelace' },
  { username: 'lin', password: 'lin', name: 'Lin Huiyin' },
];

export interface UserDirectory {
  /** @throws `TypeError` when nobody is called so. */
  find(username: string): AuthServerProfile;
  /** The user whom these credentials belong to; undefined when they are wrong. */
  check(username: string, password: string): AuthServerProfile | undefined;
}

export function createUserDirectory(users: readonly AuthServerUser[]): UserDirectory {
  const accounts = users.map(({ password, ...profile }) => ({ password, profile }));
  return {
    find(username) {
      const account = accounts.find(({ profile }) => profile.username === username);
      if (account !== undefined) return account.profile;
      const names = accounts.map(({ profile }) => profile.username).join(', ');
      throw new TypeError(`expected a username, one of ${names}, got ${username}`);
    },
    check: (username, password) =>
      accounts.find((account) => account.profile.username === username && account.password === password)
        ?.profile,
  };
}
