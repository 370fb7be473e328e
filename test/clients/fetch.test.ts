import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardFetch, type GuardFetchOptions } from '../../src/clients/fetch.js';
import { createSession, query } from '../../src/index.js';
import { createAuthServer } from '../../src/testing/index.js';
import { signedIn } from './support/guarded.js';
import { failureOf } from './support/subjects.js';
import { createWorld } from './support/world.js';

type Tokens = { accessToken: string };

const ORIGIN = 'https://api.example.com';
const origins = [ORIGIN];

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the fetch beneath', () => {
  it('is the global one as it is at each call', async () => {
    const guarded = guardFetch(await signedIn(), { origins });
    const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response('mine')));
    vi.stubGlobal('fetch', send);
    expect(await (await guarded(`${ORIGIN}/x`)).text()).toBe('mine');
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('may be an auth server itself', async () => {
    const server = createAuthServer();
    const tokens = server.signIn('ada');
    const session = createSession<typeof tokens>({
      async refresh({ refreshToken }) {
        const body = JSON.stringify({ refreshToken });
        const reply = await server(new Request('http://auth.test/auth/refresh', { method: 'POST', body }));
        return (await reply.json()) as typeof tokens;
      },
    });
    await session.signIn(tokens);
    server.revokeAccess();
    const guarded = guardFetch(session, {
      origins: ['http://auth.test'],
      fetch: (input, init) => server(new Request(input, init)),
    });
    expect((await guarded('http://auth.test/api/echo')).status).toBe(200);
  });

  it('gets the init as it came, with one header more', async () => {
    const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response()));
    const guarded = guardFetch(await signedIn(), { origins, fetch: send });
    const init = { method: 'PUT', redirect: 'error', keepalive: true, cache: 'no-store', body: 'x' } as const;
    await guarded(`${ORIGIN}/x`, { ...init, headers: [['A', '1']] });
    const [url, sent] = send.mock.calls[0] ?? [];
    expect(url).toBe(`${ORIGIN}/x`);
    expect(sent).toMatchObject(init);
    expect([...new Headers(sent?.headers)]).toEqual([
      ['a', '1'],
      ['authorization', 'Bearer first'],
    ]);
  });

  it('keeps a Request as it is but for its URL when tokens go into the query', async () => {
    const seen: Request[] = [];
    const guarded = guardFetch(await signedIn(), {
      origins,
      attach: query(({ accessToken }) => ({ token: accessToken })),
      fetch: (input, init) => {
        seen.push(new Request(input, init));
        return Promise.resolve(new Response(null, { status: seen.length === 1 ? 401 : 200 }));
      },
    });
    const sending = {
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      mode: 'same-origin',
    } as const;
    const message = { method: 'POST', integrity: 'sha256-x', keepalive: true } as const;
    const request = new Request(`${ORIGIN}/x?a=1#top`, {
      ...{ ...sending, ...message, referrerPolicy: 'no-referrer' },
      body: 'mine',
      headers: { 'x-own': 'own' },
    });
    expect((await guarded(request)).status).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual([
      `${ORIGIN}/x?a=1&token=first#top`,
      `${ORIGIN}/x?a=1&token=next#top`,
    ]);
    expect(seen).toMatchObject([
      { ...sending, ...message },
      { ...sending, ...message },
    ]);
    expect(await Promise.all(seen.map((sent) => sent.text()))).toEqual(['mine', 'mine']);
    expect(seen.map(({ headers }) => headers.get('x-own'))).toEqual(['own', 'own']);
  });

  it('keeps a Request without a body so', async () => {
    const seen: Request[] = [];
    const guarded = guardFetch(await signedIn(), {
      origins,
      attach: query(({ accessToken }) => ({ token: accessToken })),
      fetch: (input) => (seen.push(input as Request), Promise.resolve(new Response())),
    });
    await guarded(new Request(`${ORIGIN}/x`));
    await guarded(new Request(`${ORIGIN}/x`, { method: 'DELETE' }));
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['GET', null],
      ['DELETE', null],
    ]);
  });

  it('does not copy a Request that is not to be sent twice', async () => {
    const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response()));
    const guarded = guardFetch(await signedIn(), { origins, fetch: send, replay: false });
    const request = new Request(`${ORIGIN}/x`, { method: 'POST', body: 'mine' });
    await guarded(request);
    expect(send.mock.calls[0]?.[0]).toBe(request);
  });
});

describe('what a guarded fetch rejects with', () => {
  it('is never thrown at the call', async () => {
    const guarded = guardFetch(await signedIn(), {
      origins,
      skip: () => {
        throw new Error('a bug of the user');
      },
    });
    expect(await failureOf(guarded(`${ORIGIN}/x`))).toMatchObject({ message: 'a bug of the user' });
    expect(await failureOf(guarded('http://['))).toBeInstanceOf(TypeError);
  });

  it('is the same TypeError as ever for a Request that was used up', async () => {
    const world = await createWorld();
    const guarded = guardFetch(world.session, { origins: [world.origin] });
    const request = new Request(`${world.origin}/api/echo`, { method: 'POST', body: 'mine' });
    await request.text();
    expect(await failureOf(guarded(request))).toBeInstanceOf(TypeError);
  });
});

describe('the signal of a guarded fetch', () => {
  it('is the one of the Request, unless init names another, or none', async () => {
    const world = await createWorld();
    const guarded = guardFetch(world.session, { origins: [world.origin] });
    const controller = new AbortController();
    const reason = new Error('the user left');
    const request = new Request(`${world.origin}/api/echo`, { signal: controller.signal });
    const gate = world.hold('/auth/refresh');
    world.expire();
    const own = failureOf(guarded(request.clone()));
    const other = guarded(request, { signal: new AbortController().signal });
    const none = guarded(`${world.origin}/api/echo`, { signal: null });
    await gate.waiting(1);
    controller.abort(reason);
    expect(await own).toBe(reason);
    gate.open();
    expect((await none).status).toBe(200);
    // Whatever the platform makes of a Request whose own signal aborted: the hold was not ended by it.
    await other.catch(() => {});
    expect(world.server.counters.refreshes).toBe(1);
  });
});

describe('the options of guardFetch', () => {
  it.each([
    [{ fetch: 'fetch' }, 'fetch'],
    [{ adapter: 'xhr' }, 'adapter'],
    [{ origins: ['/api'] }, 'origins'],
    [null, 'options'],
  ])('refuses %j', (options, option) => {
    const session = createSession<Tokens>({ refresh: (tokens) => tokens });
    expect(() => guardFetch(session, options as unknown as GuardFetchOptions<Tokens>)).toThrow(
      expect.objectContaining({ code: 'invalid-option', option }),
    );
  });
});
