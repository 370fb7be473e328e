import { createSession, type Session } from 'holdfast';
import { webStore } from 'holdfast/web';
import type { Tokens } from '../contract.js';

export function openSession(): Session<Tokens> {
  return createSession<Tokens>({
    store: webStore({ key: 'app' }),
    async refresh({ refreshToken }, { signal }) {
      const body = JSON.stringify({ refreshToken });
      const reply = await fetch('/auth/refresh', { method: 'POST', body, signal });
      // Its status tells a refusal from bad luck.
      // eslint-disable-next-line typescript/only-throw-error
      if (!reply.ok) throw reply;
      return (await reply.json()) as Tokens;
    },
    reuseGraceMs: 0,
  });
}
