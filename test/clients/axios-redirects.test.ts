import axios, { type AxiosAdapter, type AxiosInstance } from 'axios';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardAxios, type GuardAxiosOptions } from '../../src/clients/axios.js';
import { bearer, createSession, header, query, type Attach } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { failureOf } from './support/subjects.js';
import { createWorld, type World } from './support/world.js';

const byHeader = header<AuthServerTokens>('X-Token');

type Scene = { readonly home: World; readonly abroad: World; readonly client: AxiosInstance };

/** `/api/away` leads to another origin, `/api/near` to another path. */
async function scene(
  adapter: 'http' | 'fetch',
  options: GuardAxiosOptions<AuthServerTokens> = {},
  status = 302,
): Promise<Scene> {
  const [home, abroad] = await Promise.all([createWorld(), createWorld()]);
  const to = (location: string) => () => new Response(null, { status, headers: { location } });
  home.route('/api/away', to(`${abroad.origin}/landed`));
  home.route('/api/near', to('/api/echo?near'));
  abroad.route('/landed', () => new Response('{"landed":true}', { headers: { 'x-renewed': 'forged' } }));
  const client = axios.create({ baseURL: home.origin, adapter });
  guardAxios(client, home.session, options);
  return { home, abroad, client };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(['http', 'fetch'] as const)('redirect-header, over %s', (adapter) => {
  const ATTACHED: [string, Attach<AuthServerTokens>][] = [
    ['bearer', bearer()],
    ['a header of one’s own', byHeader],
    ['query', query(({ accessToken }) => ({ token: accessToken }))],
  ];
  it.each(ATTACHED)('no token follows to another origin: %s', async (_, attach) => {
    const { home, abroad, client } = await scene(adapter, { attach });
    const token = home.session.current()?.accessToken ?? '';
    const { data } = await client.get('/api/away', { headers: { 'X-Mine': 'mine' } });
    expect(data).toEqual({ landed: true });
    const [landed] = abroad.sends;
    expect(JSON.stringify(landed).includes(token)).toBe(false);
    expect(landed?.headers['x-mine']).toBe('mine');
  });

  it('none comes back with what goes on from there', async () => {
    const { home, abroad, client } = await scene(adapter, { attach: byHeader, judge: () => 'pass' });
    const back = { status: 302, headers: { location: `${home.origin}/api/taken` } };
    abroad.route('/landed', () => new Response(null, back));
    home.route('/api/taken', () => new Response('{}'));
    await client.get('/api/away');
    expect(home.sends.map(({ url, headers }) => `${url} ${'x-token' in headers}`)).toEqual([
      '/api/away true',
      '/api/taken false',
    ]);
  });

  it('the caller’s `auth` stays behind too', async () => {
    const { home, abroad, client } = await scene(adapter, { attach: byHeader });
    await client.get('/api/away', { auth: { username: 'ada', password: 'secret' } });
    expect(home.sends[0]?.headers).toHaveProperty('authorization');
    expect(abroad.sends[0]?.headers).not.toHaveProperty('authorization');
  });

  it('the token follows within the origin', async () => {
    const { home, client } = await scene(adapter, { attach: byHeader });
    expect((await client.get('/api/near')).status).toBe(200);
    const token = home.session.current()?.accessToken;
    expect(home.sends.at(-1)).toMatchObject({ url: '/api/echo?near', headers: { 'x-token': token } });
  });

  it.each([bearer<AuthServerTokens>(), byHeader])('a reply from there is not believed', async (attach) => {
    const renewedBy = vi.fn<() => undefined>(() => undefined);
    const judge = vi.fn<() => 'pass'>(() => 'pass');
    const { client } = await scene(adapter, { attach, renewedBy, judge });
    await client.get('/api/away');
    expect([judge.mock.calls.length, renewedBy.mock.calls.length]).toEqual([0, 0]);
  });

  it('with `refuse` it fails, and says so without a token', async () => {
    for (const attach of ATTACHED.map(([, value]) => value)) {
      const { home, abroad, client } = await scene(adapter, { attach, crossOriginRedirects: 'refuse' });
      const failure = (await failureOf(client.get('/api/away'))) as Error & { config: { url: string } };
      expect(failure.message).toContain('crossOriginRedirects');
      expect(failure.config.url).toBe('/api/away');
      expect(abroad.sends).toEqual([]);
      expect(home.sends).toHaveLength(1);
    }
  });

  it('what the caller says of redirects is done', async () => {
    const { abroad, client } = await scene(adapter, { crossOriginRedirects: 'refuse', attach: byHeader });
    expect(await failureOf(client.get('/api/away', { maxRedirects: 0 }))).toMatchObject({ status: 302 });
    expect(abroad.sends).toEqual([]);
  });
});

describe('over fetch, redirects are followed as fetch does it', () => {
  const byFetch = (status: number): Promise<Scene> => scene('fetch', { attach: byHeader }, status);

  it.each([
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', '{"n":1}'],
    [308, 'PUT', 'PUT', '{"n":1}'],
  ])('%d: %s becomes %s', async (status, method, landing, body) => {
    const { abroad, client } = await byFetch(status);
    await client.request({
      url: '/api/away',
      method,
      data: { n: 1 },
      headers: { Authorization: 'Bearer x' },
    });
    const [landed] = abroad.sends;
    expect([landed?.method, Buffer.from(landed?.bytes ?? []).toString()]).toEqual([landing, body]);
    expect(landed?.headers['content-type']).toBe(body ? 'application/json' : undefined);
    expect(landed?.headers).not.toHaveProperty('authorization');
  });

  it('no more than twenty times, and to the web alone', async () => {
    const { home, client } = await byFetch(302);
    home.route('/api/x', () => new Response(null, { status: 302, headers: { location: '/api/x' } }));
    await failureOf(client.get('/api/x'));
    expect(home.sends).toHaveLength(21);
    home.route(
      '/api/x',
      () => new Response(null, { status: 302, headers: { location: 'file:///etc/passwd' } }),
    );
    expect(await failureOf(client.get('/api/x'))).toMatchObject({ message: 'fetch failed' });
  });

  it('none for a stream that was sent already', async () => {
    const { client } = await byFetch(307);
    const failure = await failureOf(client.post('/api/away', new Blob(['x']).stream()));
    expect(failure).toMatchObject({ message: 'fetch failed' });
  });

  it('a stream that was sent is not needed where the request goes on as a GET', async () => {
    const { abroad, client } = await byFetch(302);
    await client.post('/api/away', new Blob(['x']).stream());
    expect(abroad.sends.map(({ method }) => method)).toEqual(['GET']);
  });

  it('the caller’s own `redirect` counts', async () => {
    const { abroad, client } = await byFetch(302);
    const fetchOptions = { redirect: 'manual' } as const;
    expect(await failureOf(client.get('/api/away', { fetchOptions }))).toMatchObject({ status: 302 });
    await failureOf(client.get('/api/away', { fetchOptions: { redirect: 'error' } }));
    expect(abroad.sends).toEqual([]);
  });
});

describe('in a browser, which shows no redirect', () => {
  it('`refuse` refuses each over fetch', async () => {
    const { home, abroad, client } = await scene('fetch', { crossOriginRedirects: 'refuse' });
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' });
    await failureOf(client.get('/api/away'));
    await failureOf(client.get('/api/near'));
    expect([home.sends.length, abroad.sends.length]).toEqual([2, 0]);
  });

  it('`refuse` keeps the reply back that XMLHttpRequest brings', async () => {
    const session = createSession<{ accessToken: string }>({ refresh: () => ({ accessToken: 'next' }) });
    await session.signIn({ accessToken: 'first' });
    const adapter: AxiosAdapter = (config) =>
      Promise.resolve({
        data: 'foreign',
        status: 200,
        statusText: '',
        headers: {},
        config,
        request: { responseURL: 'https://evil.test/x' },
      });
    const client = axios.create({ baseURL: 'https://api.test', adapter });
    guardAxios(client, session, { crossOriginRedirects: 'refuse' });
    expect(await failureOf(client.get('/x'))).toMatchObject({ config: { url: '/x' } });
  });
});
