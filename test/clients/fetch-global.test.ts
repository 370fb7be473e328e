import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardFetch } from '../../src/clients/fetch.js';
import { createSession, header, type Session } from '../../src/index.js';

type Tokens = { accessToken: string };

const ORIGIN = 'https://api.example.com';
const URL_X = `${ORIGIN}/x`;
const origins = [ORIGIN];

/** What a request carried when it reached the network. */
type Arrival = { url: string; authorization: string | null; token: string | null };

/** The platform’s fetch, which takes no token but `good`. */
function network(good = 'good'): { arrivals: Arrival[]; fetch: typeof fetch } {
  const arrivals: Arrival[] = [];
  return {
    arrivals,
    fetch: (input, init) => {
      const { url, headers } = new Request(input, init);
      const authorization = headers.get('authorization');
      arrivals.push({ url, authorization, token: headers.get('x-token') });
      return Promise.resolve(new Response(null, { status: authorization === `Bearer ${good}` ? 200 : 401 }));
    },
  };
}

async function signedIn(
  accessToken = 'good',
  refresh: () => Promise<Tokens> | Tokens = () => ({ accessToken: 'good' }),
): Promise<Session<Tokens>> {
  const session = createSession<Tokens>({ refresh });
  await session.signIn({ accessToken });
  return session;
}

/** Puts a network, and whatever is made of it, in the place of the global fetch. */
function platform(): Arrival[] {
  const { arrivals, fetch } = network();
  vi.stubGlobal('fetch', fetch);
  return arrivals;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('global-replaced: a guarded fetch as the global one', () => {
  it('sends by the one that it took the place of', async () => {
    const arrivals = platform();
    globalThis.fetch = guardFetch(await signedIn('dead'), { origins });
    expect((await fetch(URL_X)).status).toBe(200);
    expect((await fetch(new Request(URL_X))).status).toBe(200);
    expect(arrivals.map(({ authorization }) => authorization)).toEqual([
      'Bearer dead',
      'Bearer good',
      'Bearer good',
    ]);
    await fetch('https://elsewhere.test/');
    expect(arrivals.at(-1)).toMatchObject({ url: 'https://elsewhere.test/', authorization: null });
  });

  it('lets `refresh` through that uses the global one', async () => {
    const arrivals = platform();
    const session = await signedIn('dead', async () => {
      await fetch(`${ORIGIN}/auth/refresh`);
      return { accessToken: 'good' };
    });
    globalThis.fetch = guardFetch(session, { origins });
    expect((await fetch(URL_X)).status).toBe(200);
    expect(arrivals.map(({ url, authorization }) => [url, authorization])).toEqual([
      [URL_X, 'Bearer dead'],
      [`${ORIGIN}/auth/refresh`, null],
      [URL_X, 'Bearer good'],
    ]);
  });

  it('lets requests through while signed out', async () => {
    const arrivals = platform();
    const session = createSession<Tokens>({ refresh: (tokens) => tokens });
    globalThis.fetch = guardFetch(session, { origins });
    expect((await fetch(URL_X)).status).toBe(401);
    expect(arrivals).toHaveLength(1);
  });

  const WRAPPERS: [string, (guarded: typeof fetch) => typeof fetch][] = [
    ['calls it', (guarded) => (input, init) => guarded(input, init)],
    ['makes a Request first', (guarded) => (input, init) => guarded(new Request(input, init))],
    ['waits first', (guarded) => async (input, init) => (await Promise.resolve(), guarded(input, init))],
    [
      'waits and copies',
      (guarded) => async (input, init) => (await Promise.resolve(), guarded(input, { ...init })),
    ],
    [
      'waits and makes a Request',
      (guarded) => async (input, init) => {
        const request = new Request(input, init);
        await Promise.resolve();
        return guarded(request);
      },
    ],
  ];
  it.each(WRAPPERS)('may have something above it that %s', async (_, wrap) => {
    const arrivals = platform();
    const guarded = guardFetch(await signedIn('dead'), { origins });
    globalThis.fetch = wrap(guarded);
    for (const call of [fetch, guarded]) {
      arrivals.length = 0;
      expect((await call(`${URL_X}?1`, { headers: { a: 'b' } })).status).toBe(200);
      expect((await call(URL_X)).status).toBe(200);
      expect(arrivals.at(-1)?.authorization).toBe('Bearer good');
      expect(arrivals.length).toBeLessThan(4);
    }
  });

  it.each(WRAPPERS.slice(0, -1))('may have it while signed out: something that %s', async (_, wrap) => {
    const arrivals = platform();
    const guarded = guardFetch(createSession<Tokens>({ refresh: (tokens) => tokens }), { origins });
    globalThis.fetch = wrap(guarded);
    expect((await guarded(URL_X)).status).toBe(401);
    expect((await guarded(new Request(URL_X))).status).toBe(401);
    expect((await guarded('https://elsewhere.test/')).status).toBe(401);
    expect((await guarded(new Request('https://elsewhere.test/'))).status).toBe(401);
    expect(arrivals).toHaveLength(4);
  });

  it('may be handed a function of one’s own that leads back to it', async () => {
    const arrivals = platform();
    const guarded = guardFetch(await signedIn(), {
      origins,
      fetch: (input, init) => globalThis.fetch(input, init),
    });
    globalThis.fetch = guarded;
    expect((await fetch(URL_X)).status).toBe(200);
    expect(arrivals).toHaveLength(1);
  });

  it('tells another request from its own that comes back', async () => {
    const { arrivals, fetch: send } = network();
    const guarded: typeof fetch = guardFetch(await signedIn(), {
      origins,
      fetch(input, init) {
        if (input === URL_X) void guarded(`${ORIGIN}/metrics`);
        if (input === `${ORIGIN}/odd`) guarded('http://[').catch(() => {});
        return send(input, init);
      },
    });
    await guarded(URL_X);
    await guarded(`${ORIGIN}/odd`);
    expect(arrivals.map(({ authorization }) => authorization)).toEqual(Array(3).fill('Bearer good'));
  });
});

describe('two guards', () => {
  it('stand above each other for their own origins', async () => {
    const arrivals = platform();
    globalThis.fetch = guardFetch(await signedIn('good'), { origins });
    globalThis.fetch = guardFetch(await signedIn('other'), { origins: ['https://other.example.com'] });
    expect((await fetch(URL_X)).status).toBe(200);
    await fetch('https://other.example.com/');
    expect(arrivals.map(({ url, authorization }) => [url, authorization]).slice(0, 2)).toEqual([
      [URL_X, 'Bearer good'],
      ['https://other.example.com/', 'Bearer other'],
    ]);
  });

  it('of one origin: the later takes the place of the earlier, as after a module is loaded anew', async () => {
    const arrivals = platform();
    globalThis.fetch = guardFetch(await signedIn('old'), { origins });
    globalThis.fetch = guardFetch(await signedIn('good'), { origins });
    expect((await fetch(URL_X)).status).toBe(200);
    expect(arrivals.map(({ authorization }) => authorization)).toEqual(['Bearer good']);
  });

  it('keep to themselves where one is the global one', async () => {
    const arrivals = platform();
    const mine = guardFetch(await signedIn('good'), { origins });
    globalThis.fetch = guardFetch(await signedIn('other'), { origins });
    expect((await mine(URL_X)).status).toBe(200);
    expect(arrivals.map(({ authorization }) => authorization)).toEqual(['Bearer good']);
  });

  it('both attach where one is handed to the other', async () => {
    const { arrivals, fetch: send } = network();
    const inner = guardFetch(await signedIn('good'), { origins, fetch: send });
    const outer = guardFetch(await signedIn('gateway'), { origins, fetch: inner, attach: header('X-Token') });
    expect((await outer(URL_X)).status).toBe(200);
    expect(arrivals).toEqual([{ url: URL_X, authorization: 'Bearer good', token: 'gateway' }]);
  });
});

describe('a global fetch that is mocked later', () => {
  it('is used by a guard that is not the global one', async () => {
    platform();
    const guarded = guardFetch(await signedIn(), { origins });
    const mock = network();
    vi.stubGlobal('fetch', mock.fetch);
    expect((await guarded(URL_X)).status).toBe(200);
    expect(mock.arrivals).toHaveLength(1);
  });

  it('may hand on to the guard what it does not answer', async () => {
    const arrivals = platform();
    const guarded = guardFetch(await signedIn(), { origins });
    globalThis.fetch = guarded;
    await fetch(URL_X);
    vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
      const request = new Request(input, init);
      await Promise.resolve();
      return request.url.endsWith('/mocked') ? new Response('mocked') : guarded(request);
    });
    expect(await (await fetch(`${ORIGIN}/mocked`)).text()).toBe('mocked');
    expect((await fetch(URL_X)).status).toBe(200);
    expect(arrivals).toHaveLength(2);
  });
});
