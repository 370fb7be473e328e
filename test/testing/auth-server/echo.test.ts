import { describe, expect, it } from 'vitest';
import type { AuthServer, EchoedRequest } from '../../../src/testing/index.js';
import { failureOf, setUp, to, withToken } from './call.js';

async function echo(server: AuthServer, path: string, init: RequestInit = {}): Promise<EchoedRequest> {
  const { accessToken } = server.signIn('ada');
  const response = await server(withToken(accessToken, path, init));
  expect(response.status).toBe(200);
  return (await response.json()) as EchoedRequest;
}

describe('/api/echo', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])(
    'answers %s with what it saw',
    async (method) => {
      const { server } = setUp();
      const headers = { 'x-custom': 'kept', accept: 'text/plain' };
      expect(await echo(server, '/api/echo?b=2&a=1', { method, headers })).toEqual({
        user: { username: 'ada', name: 'Ada Lovelace' },
        method,
        path: '/api/echo',
        query: 'b=2&a=1',
        headers,
        body: '',
        bodyEncoding: 'utf-8',
        bodyLength: 0,
      });
    },
  );

  it('shows the query as it came, without the access token', async () => {
    const { server } = setUp();
    const { accessToken } = server.signIn('ada');
    const response = await server(to(`/api/echo?q=a+b%20c&token=${accessToken}&appkey=%E4%BD%A0&q=2&empty`));
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ query: 'q=a+b%20c&appkey=%E4%BD%A0&q=2&empty' });
    expect(text).not.toContain(accessToken);
  });

  it('never shows the access token of a header', async () => {
    const { server } = setUp({ tokenHeader: 'X-Token' });
    const { accessToken } = server.signIn('ada');
    for (const headers of [{ 'X-Token': accessToken }, { Authorization: `Bearer ${accessToken}` }]) {
      const response = await server(to('/api/echo', { headers }));
      expect(((await response.json()) as EchoedRequest).headers).toEqual({});
    }
  });

  it.each([
    ['text', 'naïve 你好 🦊', 'naïve 你好 🦊'],
    ['a byte order mark', '\uFEFFtext', '\uFEFFtext'],
    ['a form', new URLSearchParams({ a: '1 2' }), 'a=1+2'],
    ['UTF-8 bytes', new TextEncoder().encode('é'), 'é'],
  ])('shows %s as text', async (_, body, text) => {
    const { server } = setUp();
    expect(await echo(server, '/api/echo', { method: 'POST', body })).toMatchObject({
      body: text,
      bodyEncoding: 'utf-8',
      bodyLength: new TextEncoder().encode(text).length,
    });
  });

  it('shows bytes that are no UTF-8 in base64', async () => {
    const { server } = setUp();
    const body = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    expect(await echo(server, '/api/echo', { method: 'PUT', body })).toMatchObject({
      body: Buffer.from(body).toString('base64'),
      bodyEncoding: 'base64',
      bodyLength: 70_000,
    });
  });

  it('answers after the delay it is asked for, and judges the token on arrival', async () => {
    const { server, clock } = setUp();
    const { accessToken } = server.signIn('ada');
    const good = server(withToken(accessToken, '/api/echo?delayMs=300'));
    server.revokeAccess();
    let slow: number | undefined;
    const bad = server(withToken(accessToken, '/api/echo?delayMs=300')).then(({ status }) => (slow = status));

    await clock.advance(299);
    expect(slow).toBeUndefined();
    expect(server.counters).toMatchObject({ served: 0, rejected: 0 });
    await clock.advance(1);
    expect((await good).status).toBe(200);
    expect(await bad).toBe(401);
    expect(server.counters).toMatchObject({ served: 1, rejected: 1 });
  });

  it('judges the token after the delay when asked to', async () => {
    const { server, clock } = setUp({ accessLifetimeMs: 1_000 });
    const { accessToken } = server.signIn('ada');
    const answer = server(withToken(accessToken, '/api/echo?delayMs=1000&judge=late'));
    await clock.advance(1_000);
    expect((await answer).status).toBe(401);
  });

  it.each(['', '-1', 'soon', 'NaN'])('answers at once for the delay %j', async (delayMs) => {
    const { server, clock } = setUp();
    await echo(server, `/api/echo?delayMs=${delayMs}`);
    expect(clock.timers).toBe(0);
  });

  it('stops waiting when the client leaves, and counts nothing', async () => {
    const { server, clock } = setUp();
    const client = new AbortController();
    const { accessToken } = server.signIn('ada');
    const answer = server(withToken(accessToken, '/api/echo?delayMs=300', { signal: client.signal }));
    const failure = failureOf(answer);
    await clock.advance(10);
    client.abort();
    expect(await failure).toMatchObject({ name: 'AbortError' });
    expect(clock.timers).toBe(0);
    expect(server.counters.served).toBe(0);
  });

  it('does not wait for a client that has already left', async () => {
    const { server, clock } = setUp();
    const { accessToken } = server.signIn('ada');
    const request = withToken(accessToken, '/api/echo?delayMs=300', { signal: AbortSignal.abort() });
    await expect(server(request)).rejects.toMatchObject({ name: 'AbortError' });
    expect(clock.timers).toBe(0);
  });
});
