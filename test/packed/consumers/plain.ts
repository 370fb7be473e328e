import {
  bearer,
  createSession,
  isHoldfastError,
  memoryStore,
  sharedStore,
  statuses,
  type SharedStore,
  type TokenStore,
} from 'holdfast';
import { guardFetch } from 'holdfast/fetch';
import { tabsStore } from 'holdfast/tabs';
import { createAuthServer, manualClock, storeSuite, type StoreSuiteCase } from 'holdfast/testing';
import { webStore } from 'holdfast/web';

interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

const mine: TokenStore<Tokens> = { read: () => null, compareAndSet: () => true };
const stores: SharedStore<Tokens>[] = [
  memoryStore<Tokens>(),
  sharedStore(mine),
  webStore<Tokens>({ key: 'app.session' }),
  tabsStore<Tokens>({ key: 'app.session' }),
];
const server = createAuthServer();

export const sessions = stores.map((store) =>
  createSession<Tokens>({
    store,
    clock: manualClock(),
    refresh: async (tokens, { signal }) => {
      const body = JSON.stringify({ refreshToken: tokens.refreshToken });
      const reply = await server(
        new Request('http://auth.test/auth/refresh', { method: 'POST', body, signal }),
      );
      return (await reply.json()) as Partial<Tokens>;
    },
  }),
);

export const cases: StoreSuiteCase[] = storeSuite({
  make: () => ({ open: () => tabsStore({ key: 'suite' }) }),
  without: ['exclusive'],
});

export const clients = sessions.map((session): typeof fetch =>
  guardFetch(session, { attach: bearer(), judge: statuses({ refresh: [401] }) }),
);

export function explain(error: unknown): string {
  if (isHoldfastError(error, 'session-ended')) return `signed out: ${error.reason}`;
  if (isHoldfastError(error, 'refresh-failed')) return `try again: ${error.kind}`;
  // @ts-expect-error a code that does not exist is refused, so a misspelling is found while it is written
  return isHoldfastError(error, 'session-over') ? 'never' : 'another error';
}
