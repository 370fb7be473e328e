import { request } from '../request.js';
import { session, type Tokens } from '../session.js';
import { useUser, type Profile } from '../user.js';

/** Signs in. A login carries no tokens of whoever was signed in before. */
export async function signIn(username: string, password: string): Promise<void> {
  const credentials = { username, password };
  const { user, ...tokens } = await request.post<never, Tokens & { user: Profile }>(
    '/auth/login',
    credentials,
    {
      session: { skip: true },
    },
  );
  useUser().remember(user);
  await session.signIn(tokens);
}

/** Signs out here and in every other tab, and then on the server, as far as that can be reached. */
export async function signOut(): Promise<void> {
  const refreshToken = session.current()?.refreshToken;
  await session.signOut();
  await request.post('/auth/logout', { refreshToken }, { session: { skip: true } }).catch(() => {});
}

/** Accounts to try; the login page shows them. */
export async function demoAccounts(): Promise<readonly string[]> {
  const { accounts } = await request.get<never, { accounts: string[] }>('/notice');
  return accounts;
}
