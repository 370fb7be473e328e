import axios, { AxiosError, type AxiosAdapter, type AxiosInstance, type AxiosResponse } from 'axios';
import { afterEach, describe, expect, it } from 'vitest';
import { guardAxios, type GuardAxiosOptions } from '../../src/clients/axios.js';
import { createSession, envelope } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { signedIn } from './support/guarded.js';
import { createRevokedWorld, createWorld } from './support/world.js';

type Stubbed = { adapter: AxiosAdapter; tokens: (string | undefined)[] };

/** Answers 401 until it sees `good`. */
function stub(good: string): Stubbed {
  const tokens: (string | undefined)[] = [];
  return {
    tokens,
    adapter(config) {
      const authorization = config.headers.get('Authorization') as string | undefined;
      tokens.push(authorization);
      const status = authorization === `Bearer ${good}` ? 200 : 401;
      const response: AxiosResponse = { data: '{}', status, statusText: '', headers: {}, config };
      if (status === 200) return Promise.resolve(response);
      return Promise.reject(new AxiosError('refused', 'ERR_BAD_REQUEST', config, null, response));
    },
  };
}

/** Signed in with a dead token; the refresh brings `good`. */
const dead = (): ReturnType<typeof signedIn> => signedIn('dead', 'good');

const BOTH = ['Bearer dead', 'Bearer good'];
const baseURL = 'https://api.example.com';

describe('the adapter of axios', () => {
  it.each([[undefined], ['http'], ['fetch'], [['xhr', 'http']]])('is %j', async (adapter) => {
    const world = await createRevokedWorld();
    const client = axios.create({ baseURL: world.origin, ...(adapter && ({ adapter } as object)) });
    guardAxios(client, world.session);
    expect((await client.post('/api/echo', { n: 1 })).data).toMatchObject({ body: '{"n":1}' });
    expect(world.server.counters).toMatchObject({ refreshes: 1, served: 1, rejected: 1 });
  });

  it('is a function', async () => {
    const { adapter, tokens } = stub('good');
    const client = axios.create({ baseURL, adapter });
    guardAxios(client, await dead());
    expect((await client.get('/x')).data).toEqual({});
    expect(tokens).toEqual(BOTH);
  });

  it('is the request’s own: then the request goes unguarded', async () => {
    const { adapter, tokens } = stub('good');
    const client = axios.create({ baseURL });
    guardAxios(client, await dead());
    await expect(client.get('/x', { adapter })).rejects.toMatchObject({ status: 401 });
    expect(tokens).toEqual([undefined]);
  });

  it('keeps what the caller configures, also over a named adapter', async () => {
    const world = await createRevokedWorld();
    const client = axios.create({ baseURL: world.origin, headers: { 'X-Default': 'default' } });
    client.defaults.headers.get['X-Get'] = 'get';
    guardAxios(client, world.session);
    await client.get('/api/echo', { params: { a: 1 }, maxRedirects: 0, auth: undefined as never });
    const expected = { url: '/api/echo?a=1', headers: { 'x-default': 'default', 'x-get': 'get' } };
    expect(world.sends).toMatchObject([expected, expected]);
    // A default that is taken away again is away.
    delete client.defaults.headers.get['X-Get'];
    await client.get('/api/echo');
    expect(world.sends.at(-1)?.headers).not.toHaveProperty('x-get');
  });

  it('keeps the config of response and error free of what was attached', async () => {
    const { adapter } = stub('good');
    const client = axios.create({ baseURL, adapter });
    guardAxios(client, await dead());
    const { config } = await client.get('/x');
    expect(config.headers.has('Authorization')).toBe(false);
    expect(config.url).toBe('/x');
  });

  it('rejects with the transport’s own error when there was no reply', async () => {
    const failure = new AxiosError('no network', 'ERR_NETWORK');
    const client = axios.create({ baseURL, adapter: () => Promise.reject(failure) });
    guardAxios(client, await dead());
    await expect(client.get('/x')).rejects.toBe(failure);
  });

  it.each<unknown>([null, undefined, 'text'])('passes on a transport that throws %s', async (thrown) => {
    const client = axios.create({ baseURL, adapter: () => Promise.reject(thrown) });
    guardAxios(client, await dead());
    await expect(client.get('/x').then(undefined, (reason: unknown) => [reason])).resolves.toEqual([thrown]);
  });

  it('judges replies whose headers are a plain object', async () => {
    const client = axios.create({
      baseURL,
      adapter: (config) =>
        Promise.resolve({ data: '', status: 200, statusText: '', headers: { 'x-seen': 'yes' }, config }),
    });
    const seen: unknown[] = [];
    guardAxios(client, await dead(), {
      judge: ({ header }) => (seen.push(header('X-Seen'), header('X-Missing')), 'pass'),
    });
    await client.get('/x');
    expect(seen).toEqual(['yes', null]);
  });
});

describe('instances of axios', () => {
  afterEach(() => {
    // The default export is one for the whole process.
    delete axios.defaults.baseURL;
  });

  it('guards an instance that was created from a guarded one', async () => {
    const { adapter, tokens } = stub('good');
    const parent = axios.create({ baseURL, adapter });
    guardAxios(parent, await dead());
    const child = parent.create({ baseURL: `${baseURL}/v2` });
    expect((await child.get('/x')).status).toBe(200);
    expect(tokens).toEqual(BOTH);
  });

  it('guards such an instance once when it is guarded itself', async () => {
    const { adapter, tokens } = stub('never');
    const parent = axios.create({ baseURL, adapter });
    const session = await dead();
    guardAxios(parent, session);
    const child = parent.create();
    guardAxios(child, session);
    await expect(child.get('/x')).rejects.toMatchObject({ status: 401 });
    expect(tokens).toEqual(BOTH);
  });

  it('does not let tokens of the parent out to the base of a child elsewhere', async () => {
    const { adapter, tokens } = stub('good');
    const parent = axios.create({ baseURL, adapter });
    guardAxios(parent, await dead());
    const child = parent.create({ baseURL: 'https://elsewhere.test' });
    await expect(child.get('/x')).rejects.toMatchObject({ status: 401 });
    expect(tokens).toEqual([undefined]);
  });

  it('guards it by the base of its own where the guarded one has none', async () => {
    const { adapter, tokens } = stub('good');
    const parent = axios.create({ adapter });
    guardAxios(parent, await dead());
    const child = parent.create({ baseURL });
    const grandchild = child.create({ baseURL: `${baseURL}/v2` });
    expect((await child.get('/x')).status).toBe(200);
    expect((await grandchild.get('/x')).status).toBe(200);
    await expect(child.create({ baseURL: 'https://elsewhere.test' }).get('/x')).rejects.toMatchObject({
      status: 401,
    });
    expect(tokens).toEqual([...BOTH, 'Bearer good', undefined]);
  });

  it('gives no token to what others create from the default export for elsewhere', async () => {
    const { adapter, tokens } = stub('good');
    const undo = guardAxios(axios, await dead());
    await expect(axios.create({ baseURL, adapter }).get('/x')).rejects.toMatchObject({ status: 401 });
    undo();
    expect(tokens).toEqual([undefined]);
  });

  it('guards one with an adapter of its own, and leaves one alone that was created before', async () => {
    const { adapter, tokens } = stub('good');
    const mine = stub('good');
    const parent = axios.create({ baseURL, adapter });
    const before = parent.create();
    guardAxios(parent, await dead());
    await expect(before.get('/x')).rejects.toMatchObject({ status: 401 });
    expect((await parent.create({ adapter: mine.adapter }).get('/x')).status).toBe(200);
    expect([tokens, mine.tokens]).toEqual([[undefined], BOTH]);
  });

  it('lets go of it with the undo, and guards none that is created afterwards', async () => {
    const { adapter, tokens } = stub('good');
    const parent = axios.create({ baseURL, adapter });
    const { create } = parent;
    const undo = guardAxios(parent, await dead());
    const child = parent.create();
    undo();
    expect(parent.create).toBe(create);
    await expect(child.get('/x')).rejects.toMatchObject({ status: 401 });
    await expect(parent.create().get('/x')).rejects.toMatchObject({ status: 401 });
    expect(tokens).toEqual([undefined, undefined]);
  });

  it('does not hold the refresh that is made with it', async () => {
    const { adapter } = stub('good');
    const parent = axios.create({ baseURL, adapter });
    const good = { accessToken: 'good' };
    const session = createSession<{ accessToken: string }>({
      refresh: () =>
        child.post('/refresh').then(
          () => good,
          () => good,
        ),
    });
    await session.signIn({ accessToken: 'dead' });
    guardAxios(parent, session);
    const child = parent.create();
    child.interceptors.request.use((config) => config);
    expect((await child.get('/x')).status).toBe(200);
  });

  it('guards what a class of axios made, by the name of an adapter too', async () => {
    const world = await createRevokedWorld();
    const client = new axios.Axios({ baseURL: world.origin, adapter: 'http', headers: {} as never });
    guardAxios(client, world.session);
    expect((await client.get('/api/echo')).status).toBe(200);
  });

  it('guards the default export', async () => {
    const world = await createRevokedWorld();
    axios.defaults.baseURL = world.origin;
    const undo = guardAxios(axios, world.session);
    expect((await axios('/api/echo')).status).toBe(200);
    undo();
    await expect(axios.get('/api/echo')).rejects.toMatchObject({ status: 401 });
    expect(world.server.counters.refreshes).toBe(1);
  });

  it('is idempotent: the last guard counts', async () => {
    const { adapter, tokens } = stub('good');
    const client = axios.create({ baseURL, adapter });
    const session = await dead();
    const undoFirst = guardAxios(client, session, { judge: () => 'pass' });
    const undo = guardAxios(client, session);
    undoFirst();
    await client.get('/x');
    expect(tokens).toEqual(BOTH);
    undo();
    expect(client.defaults.adapter).toBe(adapter);
    expect(Object.getOwnPropertyDescriptor(client.defaults, 'adapter')).toMatchObject({
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  it('undo twice does no harm', async () => {
    const client = axios.create({ baseURL });
    const before = client.defaults.adapter;
    const undo = guardAxios(client, await dead());
    undo();
    undo();
    expect(client.defaults.adapter).toBe(before);
  });
});

describe('a mock that sets the adapter after guarding', () => {
  async function mocked(): Promise<{ client: AxiosInstance; beneath: Stubbed }> {
    const beneath = stub('good');
    const client = axios.create({ baseURL, adapter: beneath.adapter });
    guardAxios(client, await dead());
    return { client, beneath };
  }

  it('goes beneath the guard', async () => {
    const { client, beneath } = await mocked();
    const mock = stub('good');
    client.defaults.adapter = mock.adapter;
    expect((await client.get('/x')).status).toBe(200);
    expect([mock.tokens, beneath.tokens]).toEqual([BOTH, []]);
  });

  it('gives back what it found', async () => {
    const { client, beneath } = await mocked();
    const found = client.defaults.adapter;
    client.defaults.adapter = stub('good').adapter;
    if (found) client.defaults.adapter = found;
    expect((await client.get('/x')).status).toBe(200);
    expect(beneath.tokens).toEqual(BOTH);
  });

  it.each([
    ['the undo', (undo: () => void) => undo()],
    ['another guard', (_: () => void, guardAgain: () => void) => guardAgain()],
  ])('gives it back after %s, too', async (_, change) => {
    const beneath = stub('good');
    const client = axios.create({ baseURL, adapter: beneath.adapter });
    const session = await dead();
    const undo = guardAxios(client, session);
    const found = client.defaults.adapter;
    const mock = stub('good');
    client.defaults.adapter = mock.adapter;
    change(undo, () => guardAxios(client, session));
    if (found) client.defaults.adapter = found;
    await client.get('/x').catch(() => {});
    expect(mock.tokens).toEqual([]);
    expect(beneath.tokens).not.toEqual([]);
  });

  it('lets a request through to what it found, without another hold', async () => {
    const { client, beneath } = await mocked();
    const found = client.defaults.adapter as AxiosAdapter;
    let asked = 0;
    client.defaults.adapter = (config) => (asked++, found(config));
    expect((await client.get('/x')).status).toBe(200);
    expect([beneath.tokens, asked]).toEqual([BOTH, 2]);
  });
});

describe('an envelope in bytes', () => {
  it.each([
    ['application/JSON', 'arraybuffer'],
    ['text/html', 'arraybuffer'],
    ['text/javascript', 'json'],
    ['text/html', 'text'],
  ] as const)('is seen in %s as %s', async (type, responseType) => {
    const world = await createWorld();
    const token = world.session.current()?.accessToken;
    world.route('/api/x', ({ headers }) => {
      const errcode = headers.get('authorization') === `Bearer ${token}` ? 42_001 : 0;
      return new Response(JSON.stringify({ errcode }), { headers: { 'content-type': type } });
    });
    const client = axios.create({ baseURL: world.origin, responseType });
    guardAxios(client, world.session, { judge: envelope({ code: 'errcode', refresh: [42_001] }) });
    const { data } = await client.get<ArrayBuffer | string>('/api/x');
    expect(
      String(typeof data === 'object' && data instanceof Uint8Array ? data : JSON.stringify(data)),
    ).toContain('0');
    expect(world.server.counters.refreshes).toBe(1);
  });

  it.each([
    ['application/octet-stream', {}],
    ['application/json', { 'content-disposition': 'attachment; filename=report.json' }],
    ['text/event-stream', {}],
  ])('is not looked for in %s', async (type, headers) => {
    const world = await createWorld();
    world.route(
      '/api/x',
      () => new Response('{"errcode":42001}', { headers: { 'content-type': type, ...headers } }),
    );
    const client = axios.create({ baseURL: world.origin, responseType: 'arraybuffer' });
    guardAxios(client, world.session, { judge: envelope({ code: 'errcode', refresh: [42_001] }) });
    await client.get('/api/x');
    expect(world.server.counters.refreshes).toBe(0);
  });
});

describe('the options of guardAxios', () => {
  const session = createSession<AuthServerTokens>({ refresh: (tokens) => tokens });

  it.each([[undefined], [null], [{}], [() => {}], [{ request: () => {} }]])(
    'refuses %s for an instance',
    (instance) => {
      expect(() => guardAxios(instance as never, session)).toThrow(
        /guardAxios\(instance\): expected an axios/,
      );
    },
  );

  it('refuses what it does not know', () => {
    const options = { tokens: 'a' } as GuardAxiosOptions<AuthServerTokens>;
    expect(() => guardAxios(axios.create(), session, options)).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'tokens' }),
    );
  });
});

describe('the session options of a request', () => {
  it('tags its events, and keeps a background request out of pending', async () => {
    const world = await createRevokedWorld();
    const client = axios.create({ baseURL: world.origin });
    guardAxios(client, world.session);
    const told: unknown[] = [];
    world.session.on('held', ({ tag }) => told.push(['held', tag]));
    world.session.on('replayed', ({ tag }) => told.push(['replayed', tag]));
    const gate = world.hold('/auth/refresh');
    const answer = client.get('/api/echo', { session: { tag: 'poll', background: true } });
    await gate.waiting(1);
    expect(world.session.snapshot()).toMatchObject({ pending: 0, held: 1 });
    gate.open();
    await answer;
    expect(told).toEqual([
      ['held', 'poll'],
      ['replayed', 'poll'],
    ]);
  });

  it('counts one request as pending, holds included', async () => {
    const world = await createRevokedWorld();
    const client = axios.create({ baseURL: world.origin });
    guardAxios(client, world.session);
    const gate = world.hold('/auth/refresh');
    const answer = client.get('/api/echo');
    await gate.waiting(1);
    expect(world.session.snapshot()).toMatchObject({ pending: 1, held: 1 });
    gate.open();
    await answer;
    expect(world.session.snapshot()).toMatchObject({ pending: 0, held: 0 });
  });
});
