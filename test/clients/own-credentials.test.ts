import { sharedStore } from '../../src/sharing/shared-store.js';
import { describe, expect, it } from 'vitest';
import { guardFetch, type GuardFetchOptions } from '../../src/clients/fetch.js';
import {
  bearer,
  createSession,
  header,
  memoryStore,
  query,
  type Session,
  type TokenStore,
} from '../../src/index.js';

type Tokens = { accessToken: string };

const ORIGIN = 'https://api.example.com';
const URL_X = `${ORIGIN}/x`;

type Seen = { url: string; authorization: string | null; token: string | null };

function client(
  session: Session<Tokens>,
  options: GuardFetchOptions<Tokens> = {},
): { send: typeof fetch; seen: Seen[] } {
  const seen: Seen[] = [];
  const send = guardFetch(session, {
    origins: [ORIGIN],
    fetch: (input, init) => {
      const { url, headers } = new Request(input, init);
      seen.push({ url, authorization: headers.get('authorization'), token: headers.get('x-token') });
      return Promise.resolve(new Response(null, { status: 401 }));
    },
    ...options,
  });
  return { send, seen };
}

let refreshes = 0;

async function signedIn(store?: TokenStore<Tokens>): Promise<Session<Tokens>> {
  refreshes = 0;
  const session = createSession<Tokens>({
    refresh: () => (refreshes++, { accessToken: 'next' }),
    ...(store && { store: sharedStore(store) }),
  });
  await session.signIn({ accessToken: 'first' });
  return session;
}

describe('own-scheme: a caller’s own Authorization', () => {
  it.each([
    'Basic dXNlcjpwYXNz',
    'Digest username="a"',
    'DPoP abc',
    'Token abc',
    'AWS4-HMAC-SHA256 a=b, c=d',
  ])('of another scheme goes out untouched, neither held nor judged: %s', async (authorization) => {
    const { send, seen } = client(await signedIn());
    const headers = { Authorization: authorization };
    for (const answer of [
      send(URL_X, { headers }),
      send(URL_X, { headers: new Headers(headers) }),
      send(URL_X, { headers: Object.entries(headers) }),
      send(new Request(URL_X, { headers })),
    ])
      expect((await answer).status).toBe(401);
    expect(seen.map((one) => one.authorization)).toEqual(Array(4).fill(authorization));
    expect(refreshes).toBe(0);
  });

  it.each(['Bearer old', 'bearer old', 'old', ''])(
    'that is left over is replaced: %j',
    async (authorization) => {
      const { send, seen } = client(await signedIn());
      await send(URL_X, { headers: { authorization } });
      expect(seen.map((one) => one.authorization)).toEqual(['Bearer first', 'Bearer next']);
    },
  );

  it('of the scheme that is attached is replaced', async () => {
    const attach = header<Tokens>('authorization', ({ accessToken }) => `Token ${accessToken}`);
    const { send, seen } = client(await signedIn(), { attach });
    await send(URL_X, { headers: { Authorization: 'token old' } });
    await send(URL_X, { headers: { Authorization: 'Basic abc' } });
    expect(seen.map((one) => one.authorization)).toEqual(['Token first', 'Token next', 'Basic abc']);
  });

  it('goes along with tokens that stand elsewhere, as a gateway wants it', async () => {
    const headers = { authorization: 'Basic gateway', 'x-token': 'old' };
    const inHeader = client(await signedIn(), { attach: header('X-Token') });
    await inHeader.send(URL_X, { headers });
    expect(inHeader.seen[0]).toMatchObject({ authorization: 'Basic gateway', token: 'first' });
    const inQuery = client(await signedIn(), { attach: query(({ accessToken }) => ({ t: accessToken })) });
    await inQuery.send(URL_X, { headers });
    expect(inQuery.seen[0]).toMatchObject({ url: `${URL_X}?t=first`, authorization: 'Basic gateway' });
  });

  it('goes out while signed out, where it is the login', async () => {
    const session = createSession<Tokens>({ refresh: (tokens) => tokens });
    const { send, seen } = client(session, { whenSignedOut: 'reject' });
    await session.ready;
    expect((await send(URL_X, { headers: { authorization: 'Basic abc' } })).status).toBe(401);
    expect(seen).toHaveLength(1);
  });

  it('waits for the store to say what would be attached', async () => {
    const store = memoryStore<Tokens>();
    await signedIn(store);
    const headers = { authorization: 'Basic abc' };
    for (const [attach, token] of [
      [bearer<Tokens>(), null],
      [header<Tokens>('X-Token'), 'first'],
    ] as const) {
      const session = createSession<Tokens>({
        refresh: () => ({ accessToken: 'next' }),
        store: sharedStore({ ...store, read: () => Promise.resolve().then(() => store.read()) }),
      });
      const { send, seen } = client(session, { attach });
      const request = new Request(URL_X, { headers });
      const answers = [send(request), send(URL_X, { headers })];
      request.headers.set('authorization', 'changed');
      await Promise.all(answers);
      // Those that carried tokens were rejected, and sent again.
      expect(seen).toHaveLength(token === null ? 2 : 4);
      const expected = { authorization: 'Basic abc', token };
      expect(seen.slice(0, 2)).toMatchObject([expected, expected]);
    }
  });
});
