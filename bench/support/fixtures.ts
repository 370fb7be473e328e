import { createSession, type Session } from 'holdfast';

export type Tokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn?: number;
};

export const ORIGIN = 'https://api.example.com';
export const DEAD = 'dead-access-token';
export const LIVE = 'live-access-token';

/** As long as a JWT of a real server: 700 characters. */
const padding = 'x'.repeat(700 - LIVE.length);
export const liveTokens: Tokens = {
  accessToken: LIVE + padding,
  refreshToken: 'refresh',
  expiresIn: 86_400,
};

/** A session whose tokens serve all day. */
export async function freshSession(): Promise<Session<Tokens>> {
  const session = createSession<Tokens>({
    refresh: () => Promise.reject(new Error('no refresh was expected here')),
  });
  await session.signIn(liveTokens);
  return session;
}
