import { createSession, type Session } from 'holdfast';

export const session: Session<{ accessToken: string }> = createSession<{ accessToken: string }>({
  refresh: () => ({ accessToken: 'next' }),
});
