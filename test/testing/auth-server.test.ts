import { describe, expect, it } from 'vitest';
import { createAuthServer } from '../../src/testing/index.js';
import { errcodeOf, post, read, refreshing, setUp, statusOf, to, withToken } from './auth-server/call.js';

describe('signing in and out', () => {
  it('answers the right password with tokens and the user without the password', async () => {
    const { server } = setUp({ accessLifetimeMs: 1_500 });
    const response = await server(post('/auth/login', { username: 'ada', password: 'ada' }));
    expect(await read(response)).toEqual({
      status: 200,
      body: {
        accessToken: expect.stringMatching(/^at_[0-9a-f]{48}$/),
        refreshToken: expect.stringMatching(/^rt_[0-9a-f]{48}$/),
        expiresIn: 1.5,
        user: { username: 'ada', name: 'Ada Lovelace' },
      },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(server.counters.logins).toBe(1);
  });

  it('answers a wrong password, and an unknown user, with a 401 that is no challenge', async () => {
    const { server } = setUp();
    for (const credentials of [
      { username: 'ada', password: 'lin' },
      { username: 'eve', password: 'eve' },
    ]) {
      const response = await server(post('/auth/login', credentials));
      expect(response.status).toBe(401);
      expect(response.headers.has('www-authenticate')).toBe(false);
      expect(await response.json()).toMatchObject({ error: 'invalid_credentials' });
    }
    expect(server.counters).toMatchObject({ logins: 0, rejected: 0 });
  });

  it.each(['', 'not json', '[]', 'null', '{"username":"ada"}', '{"username":["ada"],"password":"ada"}'])(
    'answers the unreadable login %j with 400',
    async (body) => {
      const { server } = setUp();
      expect((await server(to('/auth/login', { method: 'POST', body }))).status).toBe(400);
    },
  );

  it('takes the users it is given', async () => {
    const users = [{ username: 'grace', password: 'cobol', role: 'admiral' }];
    const { server } = setUp({ users });
    expect(server.signIn('grace').user).toEqual({ username: 'grace', role: 'admiral' });
    expect((await server(post('/auth/login', { username: 'ada', password: 'ada' }))).status).toBe(401);
    expect(() => server.signIn('ada')).toThrow(new TypeError('expected a username, one of grace, got ada'));
  });

  it('signs in without a request, uncounted', async () => {
    const { server } = setUp();
    const { signIn } = server;
    expect(await statusOf(server, signIn('lin'))).toBe(200);
    expect(server.counters.logins).toBe(0);
  });

  it.each([
    ['its access token', 'access'],
    ['its refresh token', 'refresh'],
  ])('ends a sign-in whose logout carries %s, and no other', async (_, carried) => {
    const { server } = setUp();
    const ada = server.signIn('ada');
    const elsewhere = server.signIn('ada');
    const response = await server(
      carried === 'access'
        ? withToken(ada.accessToken, '/auth/logout', { method: 'POST' })
        : post('/auth/logout', { refreshToken: ada.refreshToken }),
    );
    expect(response.status).toBe(200);
    expect(await statusOf(server, ada)).toBe(401);
    expect((await server(refreshing(ada))).status).toBe(400);
    expect(await statusOf(server, elsewhere)).toBe(200);
    expect(server.counters.reuseAlarms).toBe(0);
  });

  it('answers a logout of nobody just so', async () => {
    const { server } = setUp();
    expect((await server(post('/auth/logout', { refreshToken: 'rt_unknown' }))).status).toBe(200);
    expect((await server(to('/auth/logout', { method: 'POST' }))).status).toBe(200);
  });
});

describe('the access token', () => {
  it('is read from Authorization, from the token header and from the query', async () => {
    const { server } = setUp();
    const { accessToken } = server.signIn('ada');
    for (const request of [
      withToken(accessToken),
      to('/api/echo', { headers: { authorization: `bearer  ${accessToken}` } }),
      to('/api/echo', { headers: { 'X-Token': accessToken } }),
      to(`/api/echo?a=1&token=${accessToken}`),
    ]) {
      expect((await server(request)).status).toBe(200);
    }
    expect(server.counters).toMatchObject({ served: 4, rejected: 0 });
  });

  it('is read from another header when told so', async () => {
    const { server } = setUp({ tokenHeader: 'X-Access' });
    const { accessToken } = server.signIn('ada');
    expect((await server(to('/api/echo', { headers: { 'x-access': accessToken } }))).status).toBe(200);
    expect((await server(to('/api/echo', { headers: { 'x-token': accessToken } }))).status).toBe(401);
  });

  it('is refused when it comes twice', async () => {
    const { server } = setUp();
    const { accessToken } = server.signIn('ada');
    for (const request of [
      withToken(accessToken, `/api/echo?token=${accessToken}`),
      to(`/api/echo?token=${accessToken}&token=${accessToken}`),
    ]) {
      const response = await server(request);
      expect(response.status).toBe(400);
      expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_request"');
    }
  });

  it('is missed in a request that has none, or an empty one, or other credentials', async () => {
    const { server } = setUp();
    for (const request of [
      to('/api/echo'),
      to('/api/echo?token='),
      to('/api/echo', { headers: { authorization: 'Basic YWRhOmFkYQ==' } }),
    ]) {
      const response = await server(request);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(server.counters).toMatchObject({ served: 0, rejected: 3 });
  });

  it('is challenged as invalid_token when it was never issued', async () => {
    const { server } = setUp();
    const response = await server(withToken('at_unknown'));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await response.json()).toMatchObject({ error: 'invalid_token' });
  });

  it('works until the very millisecond it expires', async () => {
    const { server, clock } = setUp({ accessLifetimeMs: 5_000 });
    const tokens = server.signIn('ada');
    await clock.advance(4_999);
    expect(await statusOf(server, tokens)).toBe(200);
    await clock.advance(1);
    expect(await statusOf(server, tokens)).toBe(401);
  });

  it('dies when it is revoked, and its refresh token does not', async () => {
    const { server } = setUp();
    const [ada, lin] = [server.signIn('ada'), server.signIn('lin')];

    server.revokeAccess('ada');
    expect([await statusOf(server, ada), await statusOf(server, lin)]).toEqual([401, 200]);
    server.revokeAccess();
    expect(await statusOf(server, lin)).toBe(401);

    expect((await server(refreshing(ada))).status).toBe(200);
    expect((await server(refreshing(lin))).status).toBe(200);
  });

  it('dies with its session, refresh token and all', async () => {
    const { server } = setUp();
    const [ada, lin] = [server.signIn('ada'), server.signIn('lin')];

    server.revokeSessions('ada');
    expect(await statusOf(server, ada)).toBe(401);
    expect((await server(refreshing(ada))).status).toBe(400);
    expect(await statusOf(server, lin)).toBe(200);

    server.revokeSessions();
    expect((await server(refreshing(lin))).status).toBe(400);
    expect(await statusOf(server, server.signIn('ada'))).toBe(200);
  });
});

describe('the envelope style', () => {
  it('tells each refusal by its errcode, with HTTP 200', async () => {
    const { server, clock } = setUp({ style: 'envelope', accessLifetimeMs: 1_000 });
    const ada = server.signIn('ada');
    const echo = (accessToken: string): Promise<unknown> => errcodeOf(server(withToken(accessToken)));

    expect(await echo(ada.accessToken)).toBe(0);
    expect(await errcodeOf(server(to('/api/echo')))).toBe(40001);
    expect(await echo('at_unknown')).toBe(40001);
    expect(await errcodeOf(server(withToken(ada.accessToken, '/api/echo?token=a')))).toBe(40035);
    expect(await errcodeOf(server(withToken(ada.accessToken, '/api/forbidden')))).toBe(48001);
    expect(await errcodeOf(server(withToken(ada.accessToken, '/api/always-401')))).toBe(40014);
    expect(await errcodeOf(server(post('/auth/login', { username: 'ada', password: '?' })))).toBe(41001);
    expect(await errcodeOf(server(post('/auth/login', {})))).toBe(47001);
    expect(await errcodeOf(server(refreshing({ refreshToken: 'rt_unknown' })))).toBe(40030);
    server.revokeAccess();
    expect(await echo(ada.accessToken)).toBe(40014);
    await clock.advance(1_000);
    expect(await echo(ada.accessToken)).toBe(42001);
  });

  it('wraps what it grants as data', async () => {
    const { server } = setUp({ style: 'envelope' });
    const { body } = await read(await server(post('/auth/login', { username: 'ada', password: 'ada' })));
    expect(body).toMatchObject({
      errcode: 0,
      errmsg: 'ok',
      data: { expiresIn: 60, user: { username: 'ada' } },
    });
  });

  it('can be put on and off while the server runs', async () => {
    const { server } = setUp();
    expect((await server(to('/api/echo'))).status).toBe(401);
    server.settings.style = 'envelope';
    expect((await server(to('/api/echo'))).status).toBe(200);
  });
});

describe('the routes', () => {
  it('refuses every token on /api/always-401', async () => {
    const { server } = setUp();
    const { accessToken } = server.signIn('ada');
    const response = await server(withToken(accessToken, '/api/always-401'));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(server.counters).toMatchObject({ served: 0, rejected: 1 });
  });

  it('answers a good token with 403 on /api/forbidden, and a bad one with 401', async () => {
    const { server } = setUp();
    const response = await server(withToken(server.signIn('ada').accessToken, '/api/forbidden'));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
    expect(server.counters).toMatchObject({ served: 0, rejected: 0 });
    expect((await server(withToken('at_unknown', '/api/forbidden'))).status).toBe(401);
  });

  it('answers 404 to an unknown path or method', async () => {
    const { server } = setUp();
    for (const request of [to('/'), to('/api'), to('/auth/login'), to('/constructor'), to('/v1/api/echo')]) {
      expect((await server(request)).status).toBe(404);
    }
  });

  it('lives under a base path', async () => {
    const { server } = setUp({ basePath: '/v1' });
    const { accessToken } = server.signIn('ada');
    expect((await server(withToken(accessToken, '/v1/api/echo'))).status).toBe(200);
    expect((await server(withToken(accessToken, '/api/echo'))).status).toBe(404);
    expect((await server(withToken(accessToken, '/v12/api/echo'))).status).toBe(404);
  });

  it.each(['v1', '/v1/', '/', '/v1?x'])('refuses the base path %j', (basePath) => {
    expect(() => createAuthServer({ basePath })).toThrow(/expected basePath to be/);
  });

  it('lets an app judge the requests to routes of its own', async () => {
    const { server } = setUp();
    const { accessToken } = server.signIn('lin');
    expect(server.authenticate(withToken(accessToken, '/orders'))).toEqual({
      user: { username: 'lin', name: 'Lin Huiyin' },
    });
    const answer = server.authenticate(to('/orders'));
    expect(answer instanceof Response && answer.status).toBe(401);
    expect(server.counters).toMatchObject({ served: 1, rejected: 1 });
  });
});

describe('what the server says of itself', () => {
  it('starts with the defaults it documents, and with what is given', () => {
    expect(createAuthServer({ accessLifetimeMs: 5, latestOnly: true }).settings).toEqual({
      accessLifetimeMs: 5,
      refreshLifetimeMs: 2_592_000_000,
      rotation: true,
      reuseGraceMs: 0,
      refreshDelayMs: 0,
      style: 'status',
      latestOnly: true,
      accessTokens: 'opaque',
    });
  });

  it('counts in one live object, back to zero on demand', async () => {
    const { server } = setUp();
    const { counters, resetCounters } = server;
    await server(post('/auth/login', { username: 'ada', password: 'ada' }));
    await server(to('/api/echo'));
    expect(counters).toMatchObject({ logins: 1, rejected: 1 });
    resetCounters();
    expect(counters).toEqual({
      logins: 0,
      refreshes: 0,
      refreshesServed: 0,
      reuseAlarms: 0,
      served: 0,
      rejected: 0,
    });
  });

  it('goes by the system clock when it is given none', async () => {
    const server = createAuthServer({ refreshDelayMs: 5 });
    const before = Date.now();
    const { expiresIn, ...tokens } = server.signIn('ada');
    expect(expiresIn).toBeLessThanOrEqual(60);
    expect(expiresIn).toBeGreaterThan(60 - (Date.now() - before + 1) / 1000);
    expect((await server(refreshing(tokens))).status).toBe(200);
    expect(Date.now() - before).toBeGreaterThanOrEqual(4);
  });

  it('shares nothing with another server', async () => {
    const [one, other] = [setUp().server, setUp().server];
    expect(await statusOf(other, one.signIn('ada'))).toBe(401);
    one.failNextRefresh('error');
    expect((await other(refreshing(other.signIn('ada')))).status).toBe(200);
  });
});
