import axios from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { guardFetch } from '../../src/clients/fetch.js';
import { createSession, type Session } from '../../src/index.js';
import type { AuthServerTokens, RefreshFault } from '../../src/testing/index.js';
import { serve } from '../support/serve.js';
import { failureOf, SUBJECTS } from './support/subjects.js';
import { createWorld, refreshAt, type World } from './support/world.js';

const TEN = Array.from({ length: 10 }, (_, index) => index);

function endings(session: Session<AuthServerTokens>): unknown[] {
  return session.history().flatMap((event) => (event.type === 'ended' ? [event.reason] : []));
}

describe.each(SUBJECTS)('a refresh that fails, $name', ({ make }) => {
  it('refused-settles-all, refused-without-replay: ten callers reject, one ended event', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    world.expire();
    world.server.revokeSessions();
    const failures = await Promise.all(TEN.map(() => failureOf(client('/api/echo'))));
    for (const failure of failures)
      expect(failure).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    expect(endings(world.session)).toEqual(['refresh-rejected']);
    expect(world.sends).toEqual([]);
  });

  const kept: [RefreshFault, string][] = [
    ['unavailable', 'unavailable'],
    ['throttle', 'throttled'],
    ['error', 'unavailable'],
    ['drop-answer', 'ambiguous'],
    ['garbage', 'ambiguous'],
    ['error-in-200', 'ambiguous'],
    ['same-token', 'ambiguous'],
  ];
  it.each(kept)('keeps the session after %s, and the next request tries again', async (fault, kind) => {
    const world = await createWorld({
      server: { reuseGraceMs: 10_000 },
      session: { retry: { limit: 0 } },
    });
    const client = make(world.origin, world.session);
    world.server.revokeAccess();
    world.server.failNextRefresh(fault);
    const failures = await Promise.all(TEN.map(() => failureOf(client('/api/echo'))));
    for (const failure of failures) expect(failure).toMatchObject({ code: 'refresh-failed', kind });
    expect(world.session.snapshot().status).toBe('signed-in');
    expect((await client('/api/echo')).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 2, reuseAlarms: 0 });
  });

  it('network-error-keeps-session: the request never left', async () => {
    const gone = await serve(() => Promise.resolve(new Response()));
    await gone.close();
    const world = await createWorld({
      session: {
        retry: { limit: 0 },
        refresh: (tokens, { signal }) => refreshAt(gone.origin, tokens, signal),
      },
    });
    world.expire();
    const failure = await failureOf(make(world.origin, world.session)('/api/echo'));
    expect(failure).toMatchObject({ code: 'refresh-failed', kind: 'offline' });
    expect(world.session.snapshot().status).toBe('signed-in');
  });

  it('hangs: everybody is free at the deadline of the refresh', async () => {
    const world = await createWorld({ session: { refreshTimeoutMs: 5_000, retry: { limit: 0 } } });
    const client = make(world.origin, world.session);
    world.server.failNextRefresh('never-answer');
    const gate = world.hold('/auth/refresh');
    world.expire();
    const failures = TEN.map(() => failureOf(client('/api/echo')));
    await gate.waiting(1);
    gate.open();
    await world.clock.advance(5_000);
    for (const failure of await Promise.all(failures))
      expect(failure).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
  });

  it('retry-after: no refresh goes out before the server wants one', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    world.server.failNextRefresh('throttle', { retryAfter: 20 });
    world.server.revokeAccess();
    const retryAt = world.clock.now() + 20_000;
    expect(await failureOf(client('/api/echo'))).toMatchObject({ code: 'refresh-failed' });
    expect(await failureOf(client('/api/echo'))).toMatchObject({ code: 'refresh-failed', kind: 'throttled' });
    expect(world.session.snapshot().failure?.retryAt).toBeGreaterThan(retryAt - 1_000);
    expect(world.server.counters.refreshes).toBe(1);
    world.clock.jump(21_000);
    expect((await client('/api/echo')).status).toBe(200);
  });

  it('new-token-rejected-one: replayed once, then the reply is the caller’s', async () => {
    const world = await createWorld();
    const answer = await make(world.origin, world.session)('/api/always-401');
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(world.sends).toHaveLength(2);
    expect(world.server.counters.refreshes).toBe(1);
  });

  it('permission-401: the others live on, and refreshes are bounded', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    for (const _ of TEN) await client('/api/always-401').catch(() => {});
    expect(world.server.counters.refreshes).toBeLessThanOrEqual(5);
    expect((await client('/api/echo')).status).toBe(200);
  });

  it('login-401-untouched: a request without tokens gets its own 401', async () => {
    const world = await createWorld({ signedIn: false });
    const answer = await make(world.origin, world.session)('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'wrong' }),
    });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_credentials' } });
    expect(world.arrivals).toHaveLength(1);
  });
});

describe('refresh-endpoint-401', () => {
  type Refresh = (client: {
    session: Session<AuthServerTokens>;
    world: World;
  }) => (tokens: AuthServerTokens, signal: AbortSignal) => Promise<AuthServerTokens>;

  const ways: [string, Refresh][] = [
    [
      'guarded axios before the first await',
      ({ session, world }) => {
        const instance = axios.create({ baseURL: world.origin });
        guardAxios(instance, session);
        return async ({ refreshToken }) =>
          (await instance.post<AuthServerTokens>('/auth/refresh', { refreshToken })).data;
      },
    ],
    [
      'guarded axios with the signal, later',
      ({ session, world }) => {
        const instance = axios.create({ baseURL: world.origin });
        guardAxios(instance, session);
        return async ({ refreshToken }, signal) => {
          await Promise.resolve();
          return (await instance.post<AuthServerTokens>('/auth/refresh', { refreshToken }, { signal })).data;
        };
      },
    ],
    [
      'guarded axios with the signal and a cancel token, later',
      ({ session, world }) => {
        const instance = axios.create({ baseURL: world.origin });
        guardAxios(instance, session);
        return async ({ refreshToken }, signal) => {
          await Promise.resolve();
          const { token: cancelToken } = axios.CancelToken.source();
          const config = { signal, cancelToken };
          return (await instance.post<AuthServerTokens>('/auth/refresh', { refreshToken }, config)).data;
        };
      },
    ],
    [
      'guarded fetch before the first await',
      ({ session, world }) => {
        const guarded = guardFetch(session, { origins: [world.origin] });
        return async ({ refreshToken }) => {
          const body = JSON.stringify({ refreshToken });
          const reply = await guarded(`${world.origin}/auth/refresh`, { method: 'POST', body });
          // eslint-disable-next-line typescript/only-throw-error -- its status tells what happened
          if (!reply.ok) throw reply;
          return (await reply.json()) as AuthServerTokens;
        };
      },
    ],
    [
      'guarded fetch with the signal, later',
      ({ session, world }) => {
        const guarded = guardFetch(session, { origins: [world.origin] });
        return async ({ refreshToken }, signal) => {
          await Promise.resolve();
          const body = JSON.stringify({ refreshToken });
          const reply = await guarded(`${world.origin}/auth/refresh`, { method: 'POST', body, signal });
          // eslint-disable-next-line typescript/only-throw-error -- its status tells what happened
          if (!reply.ok) throw reply;
          return (await reply.json()) as AuthServerTokens;
        };
      },
    ],
  ];

  it.each(ways)('refreshes with %s: no recursion, no deadlock', async (_, refreshWith) => {
    const world = await createWorld({ signedIn: false });
    const session: Session<AuthServerTokens> = createSession<AuthServerTokens>({
      clock: world.clock,
      refresh: (tokens, { signal }) => refreshWith({ session, world })(tokens, signal),
    });
    const guarded = guardFetch(session, { origins: [world.origin] });
    await session.signIn(world.server.signIn('ada'));
    world.expire();
    expect((await guarded(`${world.origin}/api/echo`)).status).toBe(200);
    expect(world.arrivals.map(({ url }) => url)).toEqual(['/auth/refresh', '/api/echo']);
    expect(world.arrivals[0]?.headers).not.toHaveProperty('authorization');

    world.route('/auth/refresh', () => Response.json({ error: 'no' }, { status: 401 }));
    world.expire();
    expect(await failureOf(guarded(`${world.origin}/api/echo`))).toMatchObject({
      code: 'session-ended',
      reason: 'refresh-rejected',
    });
    expect(world.arrivals).toHaveLength(3);
  });
});
