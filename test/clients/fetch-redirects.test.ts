import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardFetch, type GuardFetchOptions } from '../../src/clients/fetch.js';
import { bearer, header, query } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { redirect } from './support/routes.js';
import { failureOf } from './support/subjects.js';
import { createWorld, textOf, type World } from './support/world.js';

type Options = GuardFetchOptions<AuthServerTokens>;

const own = header<AuthServerTokens>('X-Token');

type Pair = { home: World; foreign: World; client: ReturnType<typeof guardFetch> };

async function pair(options: Options = {}): Promise<Pair> {
  const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
  for (const { route } of [home, foreign]) route('/end', () => Response.json({ ended: true }));
  const client = guardFetch(home.session, { origins: [home.origin], attach: own, ...options });
  return { home, foreign, client };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('redirect-header: a header of one’s own in Node', () => {
  it('does not follow a redirect to a foreign origin', async () => {
    const { home, foreign, client } = await pair();
    redirect(home, '/away', `${foreign.origin}/end`);
    const response = await client(`${home.origin}/away`, { headers: { 'x-own': 'kept', cookie: 'a=1' } });
    expect(response.clone().redirected).toBe(true);
    expect(await response.json()).toEqual({ ended: true });
    expect(home.sends[0]?.headers).toHaveProperty('x-token');
    expect(foreign.sends[0]?.headers).toMatchObject({ 'x-own': 'kept' });
    for (const name of ['x-token', 'cookie', 'authorization'])
      expect(foreign.sends[0]?.headers).not.toHaveProperty(name);
    expect(response).toMatchObject({ redirected: true, url: `${foreign.origin}/end`, status: 200 });
  });

  it('stays within the origin, and goes to another that is listed', async () => {
    const [home, sister] = await Promise.all([createWorld(), createWorld()]);
    const client = guardFetch(home.session, { origins: [home.origin, sister.origin], attach: own });
    redirect(home, '/a', '/b');
    redirect(home, '/b', `${sister.origin}/end`);
    sister.route('/end', () => Response.json({}));
    expect((await client(`${home.origin}/a`)).status).toBe(200);
    expect(home.sends.length).toBeGreaterThan(0);
    expect(sister.sends.length).toBeGreaterThan(0);
    for (const { headers } of [...home.sends, ...sister.sends]) expect(headers).toHaveProperty('x-token');
  });

  it('never comes back from a foreign origin', async () => {
    const { home, foreign, client } = await pair();
    redirect(home, '/away', `${foreign.origin}/back`);
    redirect(foreign, '/back', `${home.origin}/end`);
    expect((await client(`${home.origin}/away`)).status).toBe(200);
    expect(home.sends.map(({ headers }) => 'x-token' in headers)).toEqual([true, false]);
    expect(foreign.sends[0]?.headers).not.toHaveProperty('x-token');
  });

  it('says nothing of the tokens where the reply is foreign', async () => {
    const { home, foreign, client } = await pair({ renewedBy: (reply) => reply.header('x-renewed') });
    redirect(home, '/away', `${foreign.origin}/end`);
    foreign.route('/end', () => new Response(null, { status: 401, headers: { 'x-renewed': 'theirs' } }));
    const before = home.session.current();
    expect((await client(`${home.origin}/away`)).status).toBe(401);
    expect(home.server.counters.refreshes).toBe(0);
    expect(home.session.current()).toEqual(before);
  });

  it('is held, judged and sent again like any other', async () => {
    const { home, client } = await pair();
    redirect(home, '/a', '/b');
    let sends = 0;
    home.route('/b', () => new Response(null, { status: ++sends === 1 ? 401 : 200 }));
    expect((await client(`${home.origin}/a`)).status).toBe(200);
    expect(home.server.counters.refreshes).toBe(1);
    expect(home.sends.map(({ url }) => url)).toEqual(['/a', '/b', '/a', '/b']);
  });
});

describe('a redirect that is followed by hand', () => {
  type Sent = [method: string, body: string, type: string | undefined];

  const CASES: [number, string, Sent][] = [
    [301, 'POST', ['GET', '', undefined]],
    [302, 'POST', ['GET', '', undefined]],
    [303, 'POST', ['GET', '', undefined]],
    [303, 'PUT', ['GET', '', undefined]],
    [301, 'PUT', ['PUT', 'mine', 'text/plain']],
    [302, 'DELETE', ['DELETE', 'mine', 'text/plain']],
    [307, 'POST', ['POST', 'mine', 'text/plain']],
    [308, 'PATCH', ['PATCH', 'mine', 'text/plain']],
  ];
  it.each(CASES)('%i makes of %s what fetch makes of it', async (status, method, expected) => {
    const { home, client } = await pair();
    redirect(home, '/a', '/b?c=1', status);
    redirect(home, '/b', '/end', status);
    const init = { method, body: 'mine', headers: { 'content-type': 'text/plain' } };
    const calls = [
      (): Promise<Response> => fetch(`${home.origin}/a`, init),
      (): Promise<Response> => client(`${home.origin}/a`, init),
      (): Promise<Response> => client(new Request(`${home.origin}/a`, init)),
      (): Promise<Response> => client(new Request(`${home.origin}/a`), init),
    ];
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const from = home.sends.length;
      const response = await call();
      expect(response).toMatchObject({ status: 200, redirected: true, url: `${home.origin}/end` });
      const [, second, third] = home.sends.slice(from);
      for (const arrival of [second, third]) {
        if (!arrival) throw new Error('expected three sends');
        expect([arrival.method, textOf(arrival), arrival.headers['content-type']]).toEqual(expected);
      }
    }
  });

  it('takes along what an init puts over a Request', async () => {
    const { home, client } = await pair();
    redirect(home, '/a', '/end', 307);
    const request = new Request(`${home.origin}/a`, { method: 'POST', body: 'mine' });
    expect((await client(request, { method: 'PUT', body: 'theirs' })).status).toBe(200);
    expect(home.sends.map((arrival) => `${arrival.method} ${textOf(arrival)}`)).toEqual([
      'PUT theirs',
      'PUT theirs',
    ]);
  });

  it('takes along what a Request says where an init says nothing', async () => {
    const { home, client } = await pair();
    redirect(home, '/a', '/end', 307);
    const request = new Request(`${home.origin}/a`, {
      method: 'POST',
      body: 'mine',
      headers: { 'x-own': 'kept' },
    });
    const nothing: object = { method: undefined, headers: undefined, body: undefined, signal: undefined };
    expect((await client(request, nothing)).status).toBe(200);
    expect(
      home.sends.map((arrival) => `${arrival.method} ${textOf(arrival)} ${arrival.headers['x-own']}`),
    ).toEqual(['POST mine kept', 'POST mine kept']);
  });

  it('leaves 303 to a HEAD, and no redirect without a place to go', async () => {
    const { home, client } = await pair();
    redirect(home, '/a', '/end', 303);
    home.route('/nowhere', () => new Response('stay', { status: 302 }));
    expect((await client(`${home.origin}/a`, { method: 'HEAD' })).status).toBe(200);
    expect(home.sends.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
    const response = await client(`${home.origin}/nowhere`);
    expect(response).toMatchObject({ status: 302, redirected: false });
    expect(await response.text()).toBe('stay');
  });

  it('leaves a redirect to the caller who asks for it', async () => {
    const { home, foreign, client } = await pair({ crossOriginRedirects: 'refuse' });
    redirect(home, '/away', `${foreign.origin}/end`);
    const url = `${home.origin}/away`;
    expect((await client(url, { redirect: 'manual' })).status).toBe(302);
    expect((await client(new Request(url, { redirect: 'manual' }))).status).toBe(302);
    expect(await failureOf(client(url, { redirect: 'error' }))).toBeInstanceOf(TypeError);
    expect(foreign.sends).toHaveLength(0);
  });

  it('reads a place that is written in UTF-8', async () => {
    const { home, client } = await pair();
    const raw = Buffer.from('/订单').toString('latin1');
    redirect(home, '/a', raw);
    home.route(encodeURI('/订单'), () => Response.json({ found: true }));
    expect(await (await client(`${home.origin}/a`)).json()).toEqual({ found: true });
  });

  it.each([
    ['goes on for ever', '/a'],
    ['leads out of the web', 'ftp://elsewhere.test/'],
    ['leads nowhere', 'http://['],
  ])('fails where it %s', async (_, location) => {
    const { home, client } = await pair();
    redirect(home, '/a', location);
    expect(await failureOf(client(`${home.origin}/a`))).toBeInstanceOf(TypeError);
    expect(home.sends.length).toBe(location === '/a' ? 21 : 1);
  });

  it('fails with a stream, which cannot be sent to the next place', async () => {
    const { home, client } = await pair();
    redirect(home, '/a', '/end', 307);
    const init = { method: 'POST', body: new Blob(['mine']).stream(), duplex: 'half' };
    expect(await failureOf(client(`${home.origin}/a`, init as RequestInit))).toBeInstanceOf(TypeError);
  });

  it('ends with the caller’s reason when the caller leaves', async () => {
    const { home, client } = await pair();
    redirect(home, '/a', '/b');
    const gate = home.hold('/b');
    const controller = new AbortController();
    const answer = failureOf(client(`${home.origin}/a`, { signal: controller.signal }));
    await gate.waiting(1);
    const reason = new Error('left');
    controller.abort(reason);
    expect(await answer).toBe(reason);
  });
});

describe('crossOriginRedirects: refuse', () => {
  it.each([
    ['bearer', bearer<AuthServerTokens>()],
    ['header', own],
    ['query', query<AuthServerTokens>(({ accessToken }) => ({ token: accessToken }))],
  ])('fails what is redirected to a foreign origin: %s', async (_, attach) => {
    const { home, foreign, client } = await pair({ attach, crossOriginRedirects: 'refuse' });
    redirect(home, '/away', `${foreign.origin}/end`);
    redirect(home, '/near', '/end');
    const failure = await failureOf(client(`${home.origin}/away`));
    expect(failure).toBeInstanceOf(TypeError);
    expect(failure).toMatchObject({ message: expect.stringContaining('crossOriginRedirects') as string });
    expect(foreign.sends).toHaveLength(0);
    expect((await client(`${home.origin}/near`)).status).toBe(200);
  });

  it('fails every redirect in a browser, which shows none', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' });
    const hidden = Object.defineProperties(new Response(), {
      type: { value: 'opaqueredirect' },
      status: { value: 0 },
    });
    const modes: unknown[] = [];
    const send: typeof fetch = (_, init) => (modes.push(init?.redirect), Promise.resolve(hidden));
    const { home, client } = await pair({ crossOriginRedirects: 'refuse', fetch: send });
    expect(await failureOf(client(`${home.origin}/a`))).toBeInstanceOf(TypeError);
    expect(modes).toEqual(['manual']);
  });
});

describe('a browser, which follows redirects itself', () => {
  it.each([
    ['document', {}],
    ['navigator', { userAgent: 'Mozilla/5.0' }],
  ])('is told by its %s, and left to it', async (name, value) => {
    vi.stubGlobal(name, value);
    const modes: unknown[] = [];
    const send: typeof fetch = (_, init) => (modes.push(init?.redirect), Promise.resolve(new Response()));
    const { home, client } = await pair({ fetch: send });
    await client(`${home.origin}/a`);
    expect(modes).toEqual([undefined]);
  });

  it.each([
    [{ redirected: true, url: 'https://foreign.test/x' }, false],
    [{ redirected: true, url: '' }, false],
    [{ redirected: undefined, url: 'https://foreign.test/x' }, false],
    [{ redirected: undefined, url: '' }, true],
    [{ redirected: false, url: '' }, true],
  ])('is believed where the reply is from where tokens go: %j', async (fields, believed) => {
    const { home, client } = await pair({
      fetch: () => {
        const response = new Response(null, { status: 401 });
        for (const [name, value] of Object.entries(fields)) Object.defineProperty(response, name, { value });
        return Promise.resolve(response);
      },
    });
    await client(`${home.origin}/a`);
    expect(home.server.counters.refreshes).toBe(believed ? 1 : 0);
  });
});
