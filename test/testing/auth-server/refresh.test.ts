import { describe, expect, it } from 'vitest';
import { failureOf, post, read, refreshed, refreshing, setUp, statusOf, to } from './call.js';

describe('a refresh', () => {
  it('spends the refresh token and issues another pair for the same user', async () => {
    const { server } = setUp();
    const first = server.signIn('lin');
    const second = await refreshed(server, first);
    expect(second).toMatchObject({ expiresIn: 60, user: { username: 'lin' } });
    expect(new Set([first, second].flatMap((tokens) => [tokens.accessToken, tokens.refreshToken])).size).toBe(
      4,
    );
    expect(await statusOf(server, second)).toBe(200);
    expect(server.counters).toMatchObject({ refreshes: 1, refreshesServed: 1, reuseAlarms: 0 });
  });

  it('leaves the older access token alive until it expires', async () => {
    const { server } = setUp();
    const first = server.signIn('ada');
    await refreshed(server, first);
    expect(await statusOf(server, first)).toBe(200);
  });

  it('kills the older access token where only the latest works', async () => {
    const { server } = setUp({ latestOnly: true });
    const [first, other] = [server.signIn('ada'), server.signIn('ada')];
    const second = await refreshed(server, first);
    expect([await statusOf(server, first), await statusOf(server, second)]).toEqual([401, 200]);
    expect(await statusOf(server, other)).toBe(200);
    server.settings.latestOnly = false;
    expect(await statusOf(server, first)).toBe(200);
  });

  it('is refused with invalid_grant for a token that was never issued, or has expired', async () => {
    const { server, clock } = setUp({ refreshLifetimeMs: 10_000 });
    expect(await read(await server(refreshing({ refreshToken: 'rt_unknown' })))).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'the refresh token is not accepted' },
    });

    const tokens = server.signIn('ada');
    await clock.advance(9_999);
    const renewed = await refreshed(server, tokens);
    await clock.advance(9_999);
    const again = await refreshed(server, renewed);
    await clock.advance(10_000);
    expect((await server(refreshing(again))).status).toBe(400);
    expect(server.counters.reuseAlarms).toBe(0);
  });

  it('is not granted to an access token', async () => {
    const { server } = setUp();
    const { accessToken } = server.signIn('ada');
    expect((await server(refreshing({ refreshToken: accessToken }))).status).toBe(400);
  });

  it('is answered with 400 invalid_request when it names no refresh token', async () => {
    const { server } = setUp();
    for (const request of [post('/auth/refresh', {}), to('/auth/refresh', { method: 'POST' })]) {
      expect(await read(await server(request))).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
    }
    expect(server.counters).toMatchObject({ refreshes: 2, refreshesServed: 0 });
  });
});

describe('without rotation', () => {
  it('answers with the same refresh token, as often as it comes, and a new access token', async () => {
    const { server } = setUp({ rotation: false });
    const first = server.signIn('ada');
    const second = await refreshed(server, first);
    const third = await refreshed(server, first);
    expect([second.refreshToken, third.refreshToken]).toEqual([first.refreshToken, first.refreshToken]);
    expect(new Set([first.accessToken, second.accessToken, third.accessToken]).size).toBe(3);
  });

  it('does not prolong the refresh token', async () => {
    const { server, clock } = setUp({ rotation: false, refreshLifetimeMs: 10_000 });
    const tokens = server.signIn('ada');
    await clock.advance(9_000);
    await refreshed(server, tokens);
    await clock.advance(1_000);
    expect((await server(refreshing(tokens))).status).toBe(400);
  });
});

describe('a spent refresh token', () => {
  it('revokes the whole family when it comes again, at once on a strict server', async () => {
    const { server } = setUp();
    const first = server.signIn('ada');
    const elsewhere = server.signIn('ada');
    const second = await refreshed(server, first);

    expect((await server(refreshing(first))).status).toBe(400);

    expect(server.counters).toMatchObject({ refreshes: 2, refreshesServed: 1, reuseAlarms: 1 });
    expect([await statusOf(server, first), await statusOf(server, second)]).toEqual([401, 401]);
    expect((await server(refreshing(second))).status).toBe(400);
    expect(await statusOf(server, elsewhere)).toBe(200);
  });

  it('raises one alarm a family', async () => {
    const { server } = setUp();
    const first = server.signIn('ada');
    await refreshed(server, first);
    for (let time = 0; time < 3; time += 1) await server(refreshing(first));
    expect(server.counters.reuseAlarms).toBe(1);
  });

  it('is spent once among requests that arrive together', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 50 });
    const tokens = server.signIn('ada');
    const answers = Promise.all(Array.from({ length: 5 }, () => server(refreshing(tokens))));
    await clock.advance(50);
    const statuses = (await answers).map(({ status }) => status);
    expect(statuses).toEqual([200, 400, 400, 400, 400]);
    expect(server.counters).toMatchObject({ refreshes: 5, refreshesServed: 1, reuseAlarms: 1 });
  });

  it('is answered with the same successors within the grace, as often as it comes', async () => {
    const { server, clock } = setUp({ reuseGraceMs: 10_000 });
    const first = server.signIn('ada');
    const second = await refreshed(server, first);
    await clock.advance(9_999);
    const again = await refreshed(server, first);

    expect(again).toEqual({ ...second, expiresIn: 60 - 9.999 });
    expect(await refreshed(server, first)).toEqual(again);
    expect(await statusOf(server, second)).toBe(200);
    expect(server.counters).toMatchObject({ refreshes: 3, refreshesServed: 3, reuseAlarms: 0 });
  });

  it('raises the alarm as soon as the grace is over', async () => {
    const { server, clock } = setUp({ reuseGraceMs: 10_000 });
    const first = server.signIn('ada');
    const second = await refreshed(server, first);
    await clock.advance(10_000);
    expect((await server(refreshing(first))).status).toBe(400);
    expect(await statusOf(server, second)).toBe(401);
    expect(server.counters.reuseAlarms).toBe(1);
  });

  it('is forgiven for ever by an endless grace', async () => {
    const { server, clock } = setUp({ reuseGraceMs: Infinity });
    const first = server.signIn('ada');
    const second = await refreshed(server, first);
    await clock.advance(86_400_000);
    expect((await refreshed(server, first)).refreshToken).toBe(second.refreshToken);
  });

  it('is answered with the latest pair when its successor was spent too', async () => {
    const { server } = setUp({ reuseGraceMs: 10_000 });
    const first = server.signIn('ada');
    const third = await refreshed(server, await refreshed(server, first));
    expect(await refreshed(server, first)).toEqual(third);
  });

  it('gets a living access token within the grace, also when the first one died meanwhile', async () => {
    const { server, clock } = setUp({ reuseGraceMs: 10_000, accessLifetimeMs: 1_000 });
    const first = server.signIn('ada');
    const second = await refreshed(server, first);
    await clock.advance(2_000);
    const again = await refreshed(server, first);
    expect(again.refreshToken).toBe(second.refreshToken);
    expect(again.accessToken).not.toBe(second.accessToken);
    expect(await statusOf(server, again)).toBe(200);
    expect((await server(refreshing(again))).status).toBe(200);
  });

  it('stays spent when rotation is switched off', async () => {
    const { server } = setUp();
    const first = server.signIn('ada');
    await refreshed(server, first);
    server.settings.rotation = false;
    expect((await server(refreshing(first))).status).toBe(400);
    expect(server.counters.reuseAlarms).toBe(1);
  });
});

describe('a slow refresh', () => {
  it('rotates on arrival and answers after the delay, its lifetimes counting from the arrival', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 400, accessLifetimeMs: 1_000 });
    const first = server.signIn('ada');
    let answered = false;
    const answer = server(refreshing(first)).finally(() => (answered = true));

    await clock.advance(399);
    expect(answered).toBe(false);
    expect(server.counters).toMatchObject({ refreshes: 1, refreshesServed: 1 });

    await clock.advance(1);
    const { body } = await read(await answer);
    expect(body).toMatchObject({ expiresIn: 1 });
    await clock.advance(600);
    expect(await statusOf(server, body as typeof first)).toBe(401);
  });

  it('has rotated also for a client that leaves before the answer', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 400 });
    const first = server.signIn('ada');
    const client = new AbortController();
    const answer = server(refreshing(first, { signal: client.signal }));
    const failure = failureOf(answer);
    await clock.advance(100);
    client.abort(new Error('the client left'));
    expect(await failure).toEqual(new Error('the client left'));

    expect(clock.timers).toBe(0);
    server.settings.refreshDelayMs = 0;
    expect((await server(refreshing(first))).status).toBe(400);
    expect(server.counters.reuseAlarms).toBe(1);
  });

  it('delivers dead tokens when the sign-in ended meanwhile', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 400 });
    const first = server.signIn('ada');
    const answer = server(refreshing(first));
    await clock.advance(100);
    await server(post('/auth/logout', { refreshToken: first.refreshToken }));
    await clock.advance(300);
    const tokens = (await (await answer).json()) as typeof first;
    expect(await statusOf(server, tokens)).toBe(401);
  });
});
