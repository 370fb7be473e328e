import { afterEach, describe, expect, it } from 'vitest';
import { createAuthServer, type AuthServer, type AuthServerTokens } from '../../../src/testing/index.js';
import { deferred } from '../../support/deferred.js';
import { failureOf } from './call.js';
import { serve, type LoopbackServer } from '../../support/serve.js';

const opened: LoopbackServer[] = [];

async function mount(
  handler: (request: Request) => Promise<Response> = createAuthServer(),
): Promise<LoopbackServer> {
  const loopback = await serve(handler);
  opened.push(loopback);
  return loopback;
}

async function mounted(): Promise<{ server: AuthServer; loopback: LoopbackServer }> {
  const server = createAuthServer();
  return { server, loopback: await mount(server) };
}

function refresh(
  { origin }: LoopbackServer,
  tokens: AuthServerTokens,
  init: RequestInit = {},
): Promise<Response> {
  const body = JSON.stringify({ refreshToken: tokens.refreshToken });
  return fetch(`${origin}/auth/refresh`, { method: 'POST', body, ...init });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((loopback) => loopback.close()));
});

describe('the auth server on a real socket', () => {
  it('signs in, echoes bytes and refreshes', async () => {
    const { server, loopback } = await mounted();
    const login = await fetch(`${loopback.origin}/auth/login`, {
      method: 'POST',
      body: JSON.stringify({ username: 'ada', password: 'ada' }),
    });
    const tokens = (await login.json()) as AuthServerTokens;
    const body = Uint8Array.from([0, 255, 128, 7]);
    const echo = await fetch(`${loopback.origin}/api/echo?a=1`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${tokens.accessToken}`, 'x-custom': 'kept' },
      body,
    });
    expect(await echo.json()).toMatchObject({
      method: 'PUT',
      query: 'a=1',
      body: 'AP+ABw==',
      bodyLength: 4,
      headers: { 'x-custom': 'kept' },
    });
    expect((await refresh(loopback, tokens)).status).toBe(200);
    expect(server.counters).toMatchObject({ logins: 1, served: 1, refreshesServed: 1 });
  });

  it('keeps the challenge and Retry-After on the way', async () => {
    const { server, loopback } = await mounted();
    const rejected = await fetch(`${loopback.origin}/api/always-401`);
    expect([rejected.status, rejected.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    server.failNextRefresh('unavailable', { retryAfter: 2 });
    const unavailable = await refresh(loopback, server.signIn('ada'));
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '2']);
  });

  it('breaks the connection when the answer is dropped, the token being spent', async () => {
    const { server, loopback } = await mounted();
    const tokens = server.signIn('ada');
    server.failNextRefresh('drop-answer');
    await expect(refresh(loopback, tokens)).rejects.toThrow(TypeError);
    expect(server.counters.refreshesServed).toBe(1);
    expect((await refresh(loopback, tokens)).status).toBe(400);
    expect(server.counters.reuseAlarms).toBe(1);
  });

  it('tells the handler when the client leaves', async () => {
    const server = createAuthServer();
    server.failNextRefresh('never-answer');
    let handled: Promise<unknown> = Promise.resolve('nothing arrived');
    const arrived = deferred();
    const loopback = await mount((request) => {
      const answer = server(request);
      handled = answer.catch(() => request.signal.aborted);
      arrived.resolve();
      return answer;
    });
    const client = new AbortController();
    const answer = refresh(loopback, server.signIn('ada'), { signal: client.signal });
    const failure = failureOf(answer);
    await arrived.promise;
    client.abort();
    expect(await failure).toMatchObject({ name: 'AbortError' });
    expect(await handled).toBe(true);
  });

  it('breaks off a request without an answer when the server closes', async () => {
    const server = createAuthServer();
    server.failNextRefresh('never-answer');
    const arrived = deferred();
    const loopback = await mount((request) => {
      arrived.resolve();
      return server(request);
    });
    const failure = failureOf(refresh(loopback, server.signIn('ada')));
    await arrived.promise;
    server.close();
    expect(await failure).toBeInstanceOf(TypeError);
  });
});

describe('serve', () => {
  it('logs every request as it came', async () => {
    const loopback = await mount();
    await fetch(`${loopback.origin}/api/echo?a=%20b`, { headers: { 'x-custom': '1' } });
    await fetch(`${loopback.origin}/nowhere`, { method: 'DELETE' });
    expect(loopback.requests).toMatchObject([
      { method: 'GET', url: '/api/echo?a=%20b', headers: { 'x-custom': '1' } },
      { method: 'DELETE', url: '/nowhere' },
    ]);
  });

  it('listens on the loopback address alone and knows its open sockets', async () => {
    const loopback = await mount();
    expect(loopback.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(loopback.openSockets).toBe(0);
    await (await fetch(loopback.origin)).text();
    expect(loopback.openSockets).toBe(1);
  });

  it('answers 500 when the handler fails', async () => {
    const loopback = await mount(() => Promise.reject(new Error('a bug in the handler')));
    expect((await fetch(loopback.origin)).status).toBe(500);
  });

  it('cuts every connection when it closes, and lets the port go', async () => {
    const loopback = await serve(createAuthServer());
    await (await fetch(loopback.origin)).text();
    await loopback.close();
    expect(loopback.openSockets).toBe(0);
    await expect(fetch(loopback.origin)).rejects.toThrow(TypeError);
  });
});
