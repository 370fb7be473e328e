import { runInNewContext } from 'node:vm';
import axios, { type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi, type Mock } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { guardFetch } from '../../src/clients/fetch.js';
import { createSession, header } from '../../src/index.js';
import { OldNativeUrl, RegExpUrl } from '../policy/native-urls.js';
import { deferred } from '../support/deferred.js';
import { signedIn } from './support/guarded.js';
import { failureOf, overFetch, overHttp, SUBJECTS } from './support/subjects.js';
import { createWorld } from './support/world.js';

describe.each(SUBJECTS)('not letting tokens out, $name', ({ make }) => {
  it('foreign-origin: an absolute URL elsewhere carries no token and starts no refresh', async () => {
    const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
    const client = make(home.origin, home.session);
    home.expire();
    const answer = await client(`${foreign.origin}/api/echo`);
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(foreign.sends).toHaveLength(1);
    expect(foreign.sends[0]?.headers).not.toHaveProperty('authorization');
    expect(home.arrivals).toEqual([]);
  });

  it('foreign-origin: goes out at once while others are held', async () => {
    const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
    const client = make(home.origin, home.session);
    const gate = home.hold('/auth/refresh');
    home.expire();
    const held = client('/api/echo');
    await gate.waiting(1);
    expect((await client(`${foreign.origin}/api/echo`)).status).toBe(401);
    gate.open();
    expect((await held).status).toBe(200);
  });

  it('sends tokens to every origin that is listed, and to no other', async () => {
    const [home, listed] = await Promise.all([createWorld(), createWorld()]);
    const client = make(home.origin, home.session, { origins: [listed.origin] });
    await client(`${listed.origin}/api/echo`);
    await client(`${home.origin}/api/echo`);
    expect(listed.sends[0]?.headers).toHaveProperty('authorization');
    expect(home.sends[0]?.headers).not.toHaveProperty('authorization');
  });

  it('skip: what is skipped carries no token and is not judged', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session, { skip: (url) => url.endsWith('/always-401') });
    expect((await client('/api/always-401')).status).toBe(401);
    expect((await client('/api/echo', { session: { skip: true } })).status).toBe(401);
    expect(world.server.counters.refreshes).toBe(0);
    expect(world.sends.map(({ headers }) => headers['authorization'])).toEqual([undefined, undefined]);
  });

  it('cross-origin-redirect: no token follows', async () => {
    const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
    const location = `${foreign.origin}/api/echo`;
    home.route('/api/away', () => new Response(null, { status: 302, headers: { location } }));
    expect((await make(home.origin, home.session)('/api/away')).status).toBe(401);
    expect(home.sends[0]?.headers).toHaveProperty('authorization');
    expect(foreign.sends.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
  });

  it('keeps the token on a redirect within the origin', async () => {
    const world = await createWorld();
    const location = '/api/echo';
    world.route('/api/moved', () => new Response(null, { status: 307, headers: { location } }));
    expect((await make(world.origin, world.session)('/api/moved')).status).toBe(200);
    expect(world.server.counters.refreshes).toBe(0);
  });
});

describe('cross-origin-redirect', () => {
  it('takes a header of one’s own off in axios, whatever its case, and calls the caller’s hook', async () => {
    const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
    const client = axios.create({ baseURL: home.origin });
    guardAxios(client, home.session, { attach: header('X-Token') });
    const location = `${foreign.origin}/api/echo`;
    home.route('/api/away', () => new Response(null, { status: 302, headers: { location } }));
    const redirects: string[] = [];
    const beforeRedirect = ({ href }: Record<string, string>): void => void redirects.push(href ?? '');
    await failureOf(client.get('/api/away', { beforeRedirect, headers: { 'X-Own': 'kept' } }));
    expect(home.sends[0]?.headers).toHaveProperty('x-token');
    expect(foreign.sends[0]?.headers).not.toHaveProperty('x-token');
    expect(foreign.sends[0]?.headers).toMatchObject({ 'x-own': 'kept' });
    expect(redirects).toEqual([location]);
  });

  it.each([overHttp, overFetch])(
    'a 401 from elsewhere says nothing of the tokens, $name',
    async ({ make }) => {
      const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
      const headers = { location: `${foreign.origin}/api/echo`, 'x-renewed': 'theirs' };
      home.route('/api/away', () => new Response(null, { status: 302, headers }));
      foreign.route(
        '/api/echo',
        () => new Response(null, { status: 401, headers: { 'x-renewed': 'theirs' } }),
      );
      const before = home.session.current();
      const client = make(home.origin, home.session, { renewedBy: (reply) => reply.header('x-renewed') });
      expect((await client('/api/away')).status).toBe(401);
      expect(home.server.counters.refreshes).toBe(0);
      expect(foreign.sends).toHaveLength(1);
      expect(home.session.current()).toEqual(before);
    },
  );

  it('never brings the token back from elsewhere', async () => {
    const [home, foreign] = await Promise.all([createWorld(), createWorld()]);
    const client = axios.create({ baseURL: home.origin });
    guardAxios(client, home.session, { attach: header('X-Token') });
    const away = { status: 302, headers: { location: `${foreign.origin}/collect` } };
    home.route('/api/away', () => new Response(null, away));
    foreign.route('/collect', () => new Response('{}'));
    await client.get('/api/away');
    expect(JSON.stringify(foreign.arrivals)).not.toContain(home.session.current()?.accessToken);
  });
});

const BASE = 'https://api.example.com';
const TOKEN = 'secret-token';

const LOOKALIKES = [
  'https://api.example.com.evil.test/x',
  'https://api.example.comevil.test/x',
  'https://api.example.com@evil.test/x',
  'https://api.example.com:secret@evil.test/x',
  'https://evil.test/https://api.example.com/',
  'https://evil.test#https://api.example.com/',
  'https://evil.test\\@api.example.com/x',
  'https://user@api.example.com/x',
  'http://api.example.com/x',
  'https://api.example.com:8443/x',
  'HTTPS://EVIL.TEST/api.example.com',
  '//evil.test/x',
  '\\\\evil.test/x',
  'ht\ttps://evil.test/x',
  ' https://evil.test/x',
  'https:evil.test',
];

/** Where a browser would go to from `page`, and whether it would take the token there. */
async function axiosGoes(
  url: string,
  config: { baseURL?: string; allowAbsoluteUrls?: boolean },
  perRequest: object = {},
): Promise<boolean> {
  const seen: InternalAxiosRequestConfig[] = [];
  const client = axios.create({
    ...config,
    adapter: (sent) => {
      seen.push(sent);
      return Promise.resolve({ data: '', status: 200, statusText: '', headers: {}, config: sent });
    },
  });
  guardAxios(client, await signedIn(TOKEN));
  await client.get(url, perRequest);
  return seen[0]?.headers.get('Authorization') === `Bearer ${TOKEN}`;
}

async function fetchGoes(url: string): Promise<boolean> {
  const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response()));
  await guardFetch(await signedIn(TOKEN), { fetch: send, origins: [BASE] })(url);
  return new Headers(send.mock.calls[0]?.[1]?.headers).has('authorization');
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('lookalike-origin', () => {
  it.each(LOOKALIKES)('fetch sends no token to %j', async (url) => {
    expect(await fetchGoes(url)).toBe(false);
  });

  it.each(LOOKALIKES)('axios without a base sends no token from the page to %j', async (url) => {
    vi.stubGlobal('location', { href: `${BASE}/app/` });
    // Within the page's own scheme this one is a relative URL, and so it is the page's own.
    expect(await axiosGoes(url, {})).toBe(url === 'https:evil.test');
  });

  const ABSOLUTE = LOOKALIKES.filter((url) => /^([a-z]+:)?\/\//i.test(url));
  it.each(ABSOLUTE)('axios with a base sends no token to %j', async (url) => {
    expect(await axiosGoes(url, { baseURL: `${BASE}/v1` })).toBe(false);
  });

  it.each([
    '/\\evil.test/x',
    '\\evil.test',
    '//evil.test',
    '/\t/evil.test',
    '\t//evil.test',
    '/\n/evil.test',
  ])('axios with the base / sends no token to %j', async (url) => {
    vi.stubGlobal('location', { href: `${BASE}/app/` });
    expect(await axiosGoes(url, { baseURL: '/' })).toBe(false);
  });

  it.each(['/\\evil.test/x', '//evil.test', '/\t/evil.test'])(
    'fetch on a page sends no token to %j',
    async (url) => {
      vi.stubGlobal('location', { href: `${BASE}/app/` });
      const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response()));
      const guarded = guardFetch(await signedIn(TOKEN), { fetch: send });
      await guarded(url);
      await guarded('/x');
      const carried = send.mock.calls.map(([, init]) => new Headers(init?.headers).has('authorization'));
      expect(carried).toEqual([false, true]);
    },
  );

  it.each([
    '/x',
    'x',
    '',
    `${BASE}/x`,
    'HTTPS://API.EXAMPLE.COM/x',
    'https://api.example.com:443/x',
    `${BASE}?q`,
  ])('axios does send the token to %j of its base', async (url) => {
    expect(await axiosGoes(url, { baseURL: `${BASE}/v1/` })).toBe(true);
  });

  it('trusts neither reading of allowAbsoluteUrls: false, which axios up to 1.8.1 overlooks', async () => {
    const baseURL = `${BASE}/v1`;
    for (const allowAbsoluteUrls of [true, false]) {
      for (const url of ['https://evil.test/x', '//evil.test/x', 'HTTPS://evil.test', 'ws://evil.test'])
        expect(await axiosGoes(url, { baseURL, allowAbsoluteUrls })).toBe(false);
      expect(await axiosGoes(`${BASE}/x`, { baseURL, allowAbsoluteUrls })).toBe(true);
      expect(await axiosGoes('/x', { baseURL, allowAbsoluteUrls })).toBe(true);
    }
    const elsewhere = { baseURL: 'https://evil.test', allowAbsoluteUrls: false };
    expect(await axiosGoes(`${BASE}/x`, { baseURL }, elsewhere)).toBe(false);
  });

  it.each(['@evil.test/', '.evil.test/', ':pass@evil.test/', '\\@evil.test', '%2f@evil.test', '?@evil.test'])(
    'axios puts %j below its base, where it is no other host',
    async (url) => {
      expect(await axiosGoes(url, { baseURL: BASE })).toBe(true);
    },
  );

  it('trusts the base of the instance, not that of one request', async () => {
    const config = { baseURL: BASE };
    expect(await axiosGoes('/x', config, { baseURL: 'https://evil.test' })).toBe(false);
    expect(await axiosGoes('/x', config, { baseURL: `${BASE}/v2` })).toBe(true);
    expect(await axiosGoes(`${BASE}/x`, config, { baseURL: 'https://evil.test' })).toBe(true);
  });

  it('trusts nothing where there is neither a page nor a base', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(await axiosGoes('/x', {})).toBe(false);
    expect(await axiosGoes('https://evil.test/x', {})).toBe(false);
    expect(await axiosGoes('/x', { baseURL: '/api' })).toBe(false);
  });
});

describe('<base href>', () => {
  const page = (baseURI: string): void => {
    vi.stubGlobal('location', { href: `${BASE}/app/` });
    vi.stubGlobal('document', { baseURI });
  };

  it.each([
    ['/x', { baseURL: '/api' }],
    ['x', { baseURL: 'api' }],
    ['/x', { baseURL: '/' }],
    ['/x', { baseURL: '' }],
    ['/x', {}],
    ['', {}],
    ['https://evil.test/x', { baseURL: '/api' }],
    ['//evil.test/x', { baseURL: '/api' }],
  ])('that is foreign gets no token of axios: %j with %j', async (url, config) => {
    page('https://evil.test/');
    expect(await axiosGoes(url, config)).toBe(false);
  });

  it('that is foreign gets no token for a request that goes without the base URL', async () => {
    page('https://evil.test/');
    expect(await axiosGoes('/x', { baseURL: BASE }, { baseURL: '' })).toBe(false);
    expect(await axiosGoes('/x', { baseURL: BASE }, { baseURL: '/api' })).toBe(false);
    expect(await axiosGoes('/x', { baseURL: BASE })).toBe(true);
  });

  it('within the page’s origin changes nothing', async () => {
    page(`${BASE}/elsewhere/`);
    expect(await axiosGoes('/x', { baseURL: '/api' })).toBe(true);
    expect(await axiosGoes('x', {})).toBe(true);
  });

  it('gets no token of fetch from the moment it is foreign', async () => {
    page(`${BASE}/app/`);
    const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response()));
    const guarded = guardFetch(await signedIn(TOKEN), { fetch: send });
    await guarded('/x');
    page('https://evil.test/');
    await guarded('/x');
    await guarded('x');
    const carried = send.mock.calls.map(([, init]) => new Headers(init?.headers).has('authorization'));
    expect(carried).toEqual([true, false, false]);
  });
});

describe('<base href> that comes while a request is held', () => {
  const secret = (value: unknown): boolean => JSON.stringify(value).includes('secret');

  async function held(): Promise<{
    session: Awaited<ReturnType<typeof signedIn>>;
    answer(): void;
    refreshes: Mock;
  }> {
    vi.stubGlobal('location', { href: `${BASE}/app/` });
    vi.stubGlobal('document', { baseURI: `${BASE}/app/` });
    const answered = deferred<{ accessToken: string }>();
    const refreshes = vi.fn<() => Promise<{ accessToken: string }>>(() => answered.promise);
    const session = createSession<{ accessToken: string }>({ refresh: refreshes });
    await session.signIn({ accessToken: TOKEN });
    return { session, answer: () => answered.resolve({ accessToken: 'secret-next' }), refreshes };
  }

  it('gets no token of the replay, and its reply is not believed, in fetch', async () => {
    const { session, answer, refreshes } = await held();
    const sends: unknown[] = [];
    const guarded = guardFetch(session, {
      renewedBy: (reply) => reply.header('x-renewed'),
      fetch: (_, init) => {
        sends.push([...new Headers(init?.headers)]);
        return Promise.resolve(new Response(null, { status: 401, headers: { 'x-renewed': 'theirs' } }));
      },
    });
    const request = guarded('/x');
    await vi.waitFor(() => expect(refreshes).toHaveBeenCalled());
    vi.stubGlobal('document', { baseURI: 'https://evil.test/' });
    answer();
    expect((await request).status).toBe(401);
    expect(sends.map(secret)).toEqual([true, false]);
    expect(refreshes).toHaveBeenCalledTimes(1);
    expect(session.current()).toEqual({ accessToken: 'secret-next' });
  });

  it('gets no token of the replay, and its reply is not believed, in axios', async () => {
    const { session, answer, refreshes } = await held();
    const sends: unknown[] = [];
    const client = axios.create({
      baseURL: '/api',
      validateStatus: null,
      adapter: (config) => {
        sends.push(config.headers.toJSON());
        const headers = { 'x-renewed': 'theirs' };
        return Promise.resolve({ data: '', status: 401, statusText: '', headers, config });
      },
    });
    guardAxios(client, session, { renewedBy: (reply) => reply.header('x-renewed') });
    const request = client.get('/x');
    await vi.waitFor(() => expect(refreshes).toHaveBeenCalled());
    vi.stubGlobal('document', { baseURI: 'https://evil.test/' });
    answer();
    expect((await request).status).toBe(401);
    expect(sends.map(secret)).toEqual([true, false]);
    expect(refreshes).toHaveBeenCalledTimes(1);
    expect(session.current()).toEqual({ accessToken: 'secret-next' });
  });
});

describe('without a URL that parses', () => {
  const URLS = [
    [`${BASE}/x`, true],
    ['HTTPS://API.example.com:443/x', true],
    ...LOOKALIKES.map((url) => [url, false] as const),
  ] as const;

  it.each([
    ['none', undefined],
    ['React Native up to 0.79', OldNativeUrl],
    ['React Native since', RegExpUrl],
  ])('clients are made, and send tokens to their origins alone: %s', async (_, theirs) => {
    vi.stubGlobal('URL', theirs);
    // Others axios does not take for absolute, and makes a path of them.
    const absolute = URLS.filter(([url]) => /^([a-z]+:)?\/\//i.test(url));
    expect(absolute.length).toBeGreaterThan(2);
    for (const [url, carries] of URLS) expect([url, await fetchGoes(url)]).toEqual([url, carries]);
    for (const [url, carries] of absolute)
      expect([url, await axiosGoes(url, { baseURL: `${BASE}/v1` })]).toEqual([url, carries]);
    expect(await axiosGoes('/x', { baseURL: `${BASE}/v1` })).toBe(true);
  });

  it('all of it runs where there is no URL, as in a mini-program', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `export { createSession } from './src/index.js'; export { guardFetch } from './src/clients/fetch.js';`,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'holdfast',
    });
    const sends: [url: string, headers: Record<string, string> | undefined][] = [];
    const send = (url: string, init?: { headers: Record<string, string> }): Promise<object> => {
      sends.push([url, init?.headers]);
      return Promise.resolve({ status: 200 });
    };
    const asked = [`${BASE}/x`, 'https://a.cdn.test/x', 'https://cdn.test/x', 'https://evil.test/x'];
    const program = `${outputFiles[0]?.text ?? ''}
      (async () => {
        const session = holdfast.createSession({ refresh: () => ({}) });
        await session.signIn({ accessToken: '${TOKEN}' });
        const guarded = holdfast.guardFetch(session, { fetch: send, origins: ['${BASE}', 'https://*.cdn.test'] });
        for (const url of [${asked.map((url) => `'${url}'`).join()}]) await guarded(url);
        await holdfast.guardFetch(session, { fetch: send })('${BASE}/x');
        return session.history().filter(({ type }) => type === 'warning').length;
      })()`;
    const warnings: unknown = await runInNewContext(program, {
      send,
      setTimeout,
      clearTimeout,
      AbortController,
    });
    expect(sends.map(([, headers]) => headers?.['Authorization'] === `Bearer ${TOKEN}`)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(warnings).toBe(1);
  });
});

describe('where no origin is known', () => {
  async function unguarded(): Promise<{
    session: Awaited<ReturnType<typeof signedIn>>;
    warn: Mock<typeof console.warn>;
    warnings(): unknown[];
  }> {
    const session = await signedIn(TOKEN);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    return { session, warn, warnings: () => session.history().filter(({ type }) => type === 'warning') };
  }
  const send: typeof fetch = () => Promise.resolve(new Response());
  const adapter: AxiosAdapter = (config) =>
    Promise.resolve({ data: '', status: 200, statusText: '', headers: {}, config });

  it('fetch says so once, at its first request', async () => {
    const { session, warn, warnings } = await unguarded();
    const guarded = guardFetch(session, { fetch: send });
    expect(warnings()).toEqual([]);
    await guarded(`${BASE}/x?secret-query`);
    await guarded(`${BASE}/x`);
    expect(warnings()).toEqual([
      {
        type: 'warning',
        option: 'origins',
        problem: expect.any(String) as string,
        at: expect.any(Number) as number,
      },
    ]);
    expect(warn).toHaveBeenCalledTimes(1);
    const text = JSON.stringify([warn.mock.calls, warnings()]);
    expect(text).toContain('origins');
    expect(text).not.toMatch(/secret|api\.example/);
  });

  it('axios says so once, unless a base URL came in time', async () => {
    const { session, warnings } = await unguarded();
    const late = axios.create({ adapter });
    guardAxios(late, session);
    late.defaults.baseURL = BASE;
    await late.get('/x');
    await late.get('https://foreign.test/x');
    expect(warnings()).toEqual([]);
    const never = axios.create({ adapter });
    guardAxios(never, session);
    await never.get('/x');
    await never.get(`${BASE}/x`, { baseURL: BASE });
    expect(warnings()).toHaveLength(1);
  });

  it('every client says so for itself, and none where an origin is known', async () => {
    const { session, warnings } = await unguarded();
    await guardFetch(session, { fetch: send })('/x');
    await guardFetch(session, { fetch: send })('/x');
    await guardFetch(session, { fetch: send, origins: [BASE] })('https://foreign.test/x');
    await guardFetch(session, { fetch: send })('/x', { session: { skip: true } });
    expect(warnings()).toHaveLength(2);
  });

  it('in a sandbox too, whose address looks like an origin', async () => {
    const { session, warnings } = await unguarded();
    vi.stubGlobal('location', { href: `${BASE}/app/` });
    vi.stubGlobal('origin', 'null');
    await guardFetch(session, { fetch: send })('/x');
    expect(warnings()).toHaveLength(1);
  });
});

describe('a session of one fetch', () => {
  it('does not reach the requests of another', async () => {
    const [mine, other] = await Promise.all([createWorld(), createWorld()]);
    await overFetch.make(mine.origin, mine.session)('/api/echo');
    await overFetch.make(other.origin, other.session)('/api/echo');
    expect(mine.sends[0]?.headers['authorization']).not.toBe(other.sends[0]?.headers['authorization']);
  });
});
