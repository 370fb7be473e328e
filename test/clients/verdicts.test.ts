import axios from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { challenge, envelope, firstOf, graphql, query, statuses } from '../../src/index.js';
import { failureOf, SUBJECTS } from './support/subjects.js';
import { createWorld, type Handler, type World } from './support/world.js';

const ENVELOPE = envelope({ code: 'errcode', refresh: [30001, 40001, 42001, 40014], signOut: [48888] });

/** The first answer of a path, and what it answers from the second on. */
function firstThen(first: () => Response, then: Handler = () => Response.json({ ok: true })): Handler {
  let count = 0;
  return (request) => (++count === 1 ? first() : then(request));
}

function refreshes({ server }: World): number {
  return server.counters.refreshes;
}

describe.each(SUBJECTS)('what a reply means, $name', ({ make }) => {
  it.each([30001, '40001', 42001, '40014'])('errcode-200: %s refreshes', async (errcode) => {
    const world = await createWorld();
    world.route(
      '/api/x',
      firstThen(() => Response.json({ errcode, errmsg: 'dead', data: null })),
    );
    const answer = await make(world.origin, world.session, { judge: ENVELOPE })('/api/x');
    expect(answer).toEqual({ status: 200, body: { ok: true } });
    expect(refreshes(world)).toBe(1);
  });

  it.each([0, '0', 50000, null, undefined, { nested: 42001 }])(
    'errcode-200: %s is the caller’s',
    async (errcode) => {
      const world = await createWorld();
      const body = JSON.parse(JSON.stringify({ errcode, data: [1] })) as unknown;
      world.route('/api/x', () => Response.json(body));
      const answer = await make(world.origin, world.session, { judge: ENVELOPE })('/api/x');
      expect(answer).toEqual({ status: 200, body });
      expect(refreshes(world)).toBe(0);
    },
  );

  it('errcode-200: against the server that answers so, with query tokens', async () => {
    const world = await createWorld({ server: { style: 'envelope' } });
    const client = make(world.origin, world.session, {
      judge: ENVELOPE,
      attach: query(({ accessToken }) => ({ appkey: 'admin', token: accessToken })),
    });
    world.server.revokeAccess();
    // The refresh answers in an envelope too.
    world.route('/auth/refresh', async (request) => {
      const reply = await world.server(request);
      return Response.json(((await reply.json()) as { data: unknown }).data);
    });
    const answers = await Promise.all([client('/api/echo'), client('/api/echo')]);
    expect(answers).toMatchObject([{ body: { errcode: 0 } }, { body: { errcode: 0 } }]);
    expect(refreshes(world)).toBe(1);
  });

  it('nested-envelope: a code at a path, or wherever a function finds it', async () => {
    for (const code of ['error.code', (body: unknown) => (body as { error?: { code: 7 } }).error?.code]) {
      const world = await createWorld();
      world.route(
        '/api/x',
        firstThen(() => Response.json({ error: { code: 7 } })),
      );
      const judge = envelope({ code, refresh: [7] });
      expect((await make(world.origin, world.session, { judge })('/api/x')).body).toEqual({ ok: true });
    }
  });

  it('graphql-200: UNAUTHENTICATED among the errors', async () => {
    const world = await createWorld();
    const errors = [{ message: 'a' }, { message: 'b', extensions: { code: 'UNAUTHENTICATED' } }];
    world.route(
      '/graphql',
      firstThen(() => Response.json({ data: null, errors })),
    );
    const client = make(world.origin, world.session, { judge: graphql() });
    expect((await client('/graphql', { method: 'POST', body: '{}' })).body).toEqual({ ok: true });
    expect(refreshes(world)).toBe(1);
  });

  it('status-403-passes', async () => {
    const world = await createWorld();
    expect((await make(world.origin, world.session)('/api/forbidden')).status).toBe(403);
    expect(refreshes(world)).toBe(0);
  });

  it('status-419: when asked for', async () => {
    const world = await createWorld();
    world.route(
      '/api/x',
      firstThen(() => new Response(null, { status: 419 })),
    );
    const judge = statuses({ refresh: [401, 419] });
    expect((await make(world.origin, world.session, { judge })('/api/x')).status).toBe(200);
    expect(refreshes(world)).toBe(1);
  });

  it.each([
    ['Bearer error="insufficient_scope"', 0],
    ['Basic realm="a, b", Bearer realm="x", error="insufficient_scope"', 0],
    ['Bearer error="invalid_token"', 1],
    ['Basic realm="error=\\"insufficient_scope\\""', 1],
    [undefined, 1],
  ])('challenge: %s', async (header, expected) => {
    const world = await createWorld();
    const headers: Record<string, string> = header === undefined ? {} : { 'www-authenticate': header };
    world.route('/api/x', () => new Response(null, { status: 401, headers }));
    const client = make(world.origin, world.session, { judge: challenge() });
    expect((await client('/api/x')).status).toBe(401);
    expect(refreshes(world)).toBe(expected);
  });

  it('server-signs-out: ends the session at once, refreshing nothing', async () => {
    const world = await createWorld();
    world.route('/api/x', () => Response.json({ errcode: 48888 }));
    const client = make(world.origin, world.session, { judge: firstOf(statuses(), ENVELOPE) });
    const failure = await failureOf(client('/api/x'));
    expect(failure).toMatchObject({ code: 'session-ended', reason: 'server', reply: { status: 200 } });
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'server' });
    expect(refreshes(world)).toBe(0);
  });

  it('renewed-by-header: a newer token in an ordinary reply is taken', async () => {
    const world = await createWorld();
    const renewedBy = ({ header }: { header(name: string): string | null }): string | null =>
      header('x-access-token');
    const client = make(world.origin, world.session, { renewedBy });
    const { accessToken } = world.server.signIn('ada');
    world.route('/api/x', () => new Response('{}', { headers: { 'x-access-token': accessToken } }));
    await client('/api/x');
    await client('/api/echo');
    expect(world.sends.at(-1)?.headers['authorization']).toBe(`Bearer ${accessToken}`);
    expect(refreshes(world)).toBe(0);
  });

  it('renewed-by-header: an empty one, and one of an older request, are not', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session, {
      renewedBy: ({ header }) => header('x-access-token'),
    });
    const gate = world.hold('/api/slow');
    world.route('/api/slow', () => new Response('{}', { headers: { 'x-access-token': 'stale' } }));
    world.route('/api/empty', () => new Response('{}', { headers: { 'x-access-token': '' } }));
    const slow = client('/api/slow');
    await gate.waiting(1);
    world.server.revokeAccess();
    await client('/api/echo');
    const before = world.session.current();
    await client('/api/empty');
    gate.open();
    await slow;
    expect(world.session.current()).toEqual(before);
  });

  it('query-attach: replaced, never doubled', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session, {
      attach: query(({ accessToken }) => ({ appkey: 'a b', token: accessToken })),
    });
    world.server.revokeAccess();
    expect((await client('/api/echo?token=old&keep=1&%74oken=older')).status).toBe(200);
    for (const { url } of world.sends) {
      const parameters = new URL(url, world.origin).searchParams;
      expect(parameters.getAll('token')).toHaveLength(1);
      expect([parameters.get('keep'), parameters.get('appkey')]).toEqual(['1', 'a b']);
    }
    expect(world.sends).toHaveLength(2);
  });

  it('query-attach: headers and query together', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session, {
      attach: ({ accessToken }) => ({ headers: { 'X-App': 'admin' }, query: { token: accessToken } }),
    });
    world.server.revokeAccess();
    expect((await client('/api/echo')).status).toBe(200);
    const url = expect.stringMatching(/^\/api\/echo\?token=[\w-]+$/) as string;
    const expected = { url, headers: { 'x-app': 'admin' } };
    expect(world.sends).toMatchObject([expected, expected]);
  });

  it('reads no body that the judge does not need, and leaves a broken one to the caller', async () => {
    const world = await createWorld();
    world.route('/api/x', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }));
    world.route('/api/y', () => new Response('{', { headers: { 'content-type': 'application/json' } }));
    const client = make(world.origin, world.session, { judge: ENVELOPE });
    expect((await client('/api/x')).body).toBe('<html>');
    expect((await client('/api/y')).body).toBe('{');
  });
});

describe('an error code that hides', () => {
  const code = (): Response => Response.json({ errcode: 42001 });

  it.each(['arraybuffer', 'blob', 'text', 'json'] as const)(
    'is seen as %s by axios',
    async (responseType) => {
      const world = await createWorld();
      const adapter = responseType === 'blob' ? 'fetch' : 'http';
      const client = axios.create({ baseURL: world.origin, adapter, responseType });
      guardAxios(client, world.session, { judge: ENVELOPE });
      world.route(
        '/api/x',
        firstThen(code, () => new Response('the file')),
      );
      const { data } = await client.get<BodyInit>('/api/x');
      expect(await new Response(data).text()).toBe('the file');
      expect(refreshes(world)).toBe(1);
    },
  );

  it.each(['arraybuffer', 'blob', 'stream'] as const)('does not make %s unreadable', async (responseType) => {
    const world = await createWorld();
    const client = axios.create({ baseURL: world.origin, adapter: 'fetch', responseType });
    guardAxios(client, world.session, { judge: ENVELOPE });
    const type = { 'content-type': 'application/octet-stream' };
    world.route('/api/x', () => new Response(Uint8Array.of(255, 0, 128), { headers: type }));
    const { data } = await client.get<BodyInit>('/api/x');
    expect([...new Uint8Array(await new Response(data).arrayBuffer())]).toEqual([255, 0, 128]);
  });
});

describe('params of axios', () => {
  it('query-attach: keeps URLSearchParams, objects and the caller’s own', async () => {
    const world = await createWorld();
    const client = axios.create({ baseURL: world.origin, params: { common: '1' } });
    guardAxios(client, world.session, { attach: query(({ accessToken }) => ({ token: accessToken })) });
    const params = new URLSearchParams('a=1&a=2&token=old');
    await client.get('/api/echo', { params });
    await client.get('/api/echo', { params: { b: [1, 2], token: 'old' } });
    const queries = world.sends.map(({ url }) => url.replace(/token=[\w.-]+/, 'token=T'));
    expect(queries).toEqual(['/api/echo?a=1&a=2&token=T', '/api/echo?common=1&b%5B%5D=1&b%5B%5D=2&token=T']);
    expect(params.get('token')).toBe('old');
  });
});
