import { describe, expect, it } from 'vitest';
import { DroppedAnswerError, isDroppedAnswer, type RefreshFault } from '../../../src/testing/index.js';
import { errcodeOf, failureOf, read, refreshed, refreshing, setUp, statusOf } from './call.js';

describe('a refresh that is made to fail', () => {
  it('is refused, and the tokens live on', async () => {
    const { server } = setUp();
    const tokens = server.signIn('ada');
    server.failNextRefresh('refuse');
    expect(await read(await server(refreshing(tokens)))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(await statusOf(server, tokens)).toBe(200);
    expect((await server(refreshing(tokens))).status).toBe(200);
    expect(server.counters).toMatchObject({ refreshes: 2, refreshesServed: 1, reuseAlarms: 0 });
  });

  it.each<[RefreshFault, number]>([
    ['unavailable', 503],
    ['throttle', 429],
    ['error', 500],
  ])('answers %s with %i in either style and leaves the token unspent', async (fault, status) => {
    const { server } = setUp();
    const tokens = server.signIn('ada');
    for (const style of ['status', 'envelope'] as const) {
      server.settings.style = style;
      server.failNextRefresh(fault);
      const response = await server(refreshing(tokens));
      expect(response.status).toBe(status);
      expect(response.headers.has('retry-after')).toBe(false);
    }
    expect((await server(refreshing(tokens))).status).toBe(200);
    expect(server.counters.reuseAlarms).toBe(0);
  });

  it.each([
    [2, '2'],
    [new Date(Date.UTC(2026, 0, 1, 0, 0, 30)), 'Thu, 01 Jan 2026 00:00:30 GMT'],
    ['soon', 'soon'],
  ])('sends the Retry-After %s as %j', async (retryAfter, header) => {
    const { server } = setUp();
    for (const fault of ['unavailable', 'throttle'] as const) {
      server.failNextRefresh(fault, { retryAfter });
      const response = await server(refreshing(server.signIn('ada')));
      expect(response.headers.get('retry-after')).toBe(header);
    }
  });

  it('rotates and then drops the answer', async () => {
    const { server } = setUp();
    const tokens = server.signIn('ada');
    server.failNextRefresh('drop-answer');
    const error = await failureOf(server(refreshing(tokens)));

    expect(isDroppedAnswer(error)).toBe(true);
    expect(error).toBeInstanceOf(DroppedAnswerError);
    expect(error).toBeInstanceOf(TypeError);
    expect(server.counters.refreshesServed).toBe(1);
    expect((await server(refreshing(tokens))).status).toBe(400);
    expect(server.counters.reuseAlarms).toBe(1);
  });

  it('can be recovered from within the grace after its answer was dropped', async () => {
    const { server } = setUp({ reuseGraceMs: 10_000 });
    const tokens = server.signIn('ada');
    server.failNextRefresh('drop-answer');
    await expect(server(refreshing(tokens))).rejects.toThrow('the answer to a refresh was dropped');
    expect(await statusOf(server, await refreshed(server, tokens))).toBe(200);
    expect(server.counters.reuseAlarms).toBe(0);
  });

  it('drops the answer only after the delay', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 50 });
    server.failNextRefresh('drop-answer');
    let over = false;
    const answer = server(refreshing(server.signIn('ada'))).catch(() => (over = true));
    await clock.advance(49);
    expect([over, server.counters.refreshesServed]).toEqual([false, 1]);
    await clock.advance(1);
    await answer;
    expect(over).toBe(true);
  });

  it('is never answered until the client leaves, and spends nothing', async () => {
    const { server, clock } = setUp();
    const tokens = server.signIn('ada');
    server.failNextRefresh('never-answer');
    const client = new AbortController();
    let over = false;
    const answer = server(refreshing(tokens, { signal: client.signal })).finally(() => (over = true));
    const failure = failureOf(answer);

    await clock.advance(86_400_000);
    expect(over).toBe(false);
    client.abort(new Error('enough'));
    expect(await failure).toEqual(new Error('enough'));
    expect((await server(refreshing(tokens))).status).toBe(200);
  });

  it('answers with something that is not JSON', async () => {
    const { server } = setUp();
    server.failNextRefresh('garbage');
    const response = await server(refreshing(server.signIn('ada')));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('answers 200 with an error and no tokens', async () => {
    const { server } = setUp();
    const tokens = server.signIn('ada');
    server.failNextRefresh('error-in-200', { times: 2 });
    expect(await read(await server(refreshing(tokens)))).toEqual({
      status: 200,
      body: { error: 'server_error', error_description: 'the refresh failed' },
    });
    server.settings.style = 'envelope';
    expect(await errcodeOf(server(refreshing(tokens)))).toBe(50000);
    expect(await errcodeOf(server(refreshing(tokens)))).toBe(0);
  });

  it('answers with the very tokens the client has, said to be fresh', async () => {
    const { server, clock } = setUp({ accessLifetimeMs: 1_000 });
    const tokens = server.signIn('ada');
    await clock.advance(1_000);
    server.failNextRefresh('same-token');
    expect(await refreshed(server, tokens)).toEqual(tokens);
    expect(await statusOf(server, tokens)).toBe(401);
    expect(server.counters).toMatchObject({ refreshes: 1, refreshesServed: 0 });
    expect(await statusOf(server, await refreshed(server, tokens))).toBe(200);
  });

  it('does not give the same tokens back to a stranger', async () => {
    const { server } = setUp();
    server.failNextRefresh('same-token');
    expect((await server(refreshing({ refreshToken: 'rt_unknown' }))).status).toBe(400);
  });

  it('takes its time to fail, too', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 50 });
    server.failNextRefresh('error');
    let status: number | undefined;
    const answer = server(refreshing(server.signIn('ada'))).then((response) => (status = response.status));
    await clock.advance(49);
    expect(status).toBeUndefined();
    await clock.advance(1);
    expect(await answer).toBe(500);
  });
});

describe('the faults to come', () => {
  it('come in the order they were asked for, each as many times as asked', async () => {
    const { server } = setUp();
    let tokens = server.signIn('ada');
    server.failNextRefresh('error', { times: 2 });
    server.failNextRefresh('throttle');
    const statuses: number[] = [];
    for (let time = 0; time < 4; time += 1) statuses.push((await server(refreshing(tokens))).status);
    expect(statuses).toEqual([500, 500, 429, 200]);

    tokens = server.signIn('ada');
    expect((await server(refreshing(tokens))).status).toBe(200);
  });

  it('go on for ever until they are healed', async () => {
    const { server } = setUp();
    const tokens = server.signIn('ada');
    server.failNextRefresh('unavailable', { times: Infinity });
    for (let time = 0; time < 20; time += 1) expect((await server(refreshing(tokens))).status).toBe(503);
    server.healRefresh();
    expect((await server(refreshing(tokens))).status).toBe(200);
  });

  it('are checked when they are asked for', () => {
    const { server } = setUp();
    const misspelt = 'unavailabel' as RefreshFault;
    expect(() => server.failNextRefresh(misspelt)).toThrow(
      /expected a fault, one of refuse, .*got unavailabel/,
    );
    for (const times of [0, -1, 1.5, Number.NaN]) {
      expect(() => server.failNextRefresh('error', { times })).toThrow(/expected times to be/);
    }
  });
});

describe('closing the server', () => {
  it('breaks off everything that waits for its answer, and what comes later', async () => {
    const { server, clock } = setUp({ refreshDelayMs: 50 });
    server.failNextRefresh('never-answer', { times: 2 });
    const waiting = [1, 2].map(() => server(refreshing(server.signIn('ada'))));
    const slow = server(refreshing(server.signIn('lin')));
    const outcomes = Promise.allSettled([...waiting, slow]);
    await clock.advance(10);

    server.close();
    const areDropped = (await outcomes).map(
      (outcome) => outcome.status === 'rejected' && isDroppedAnswer(outcome.reason),
    );
    expect(areDropped).toEqual([true, true, true]);
    expect(clock.timers).toBe(0);
    await expect(server(refreshing(server.signIn('ada')))).rejects.toBeInstanceOf(DroppedAnswerError);
    server.settings.refreshDelayMs = 0;
    expect((await server(refreshing(server.signIn('ada')))).status).toBe(200);
  });
});

describe('isDroppedAnswer', () => {
  it('knows the error of another copy of the package, and no other error', () => {
    expect(isDroppedAnswer(Object.assign(new TypeError('copy'), { code: 'dropped-answer' }))).toBe(true);
    expect(isDroppedAnswer(new TypeError('fetch failed'))).toBe(false);
    expect(isDroppedAnswer({ code: 'dropped-answer' })).toBe(false);
    expect(isDroppedAnswer(undefined)).toBe(false);
  });
});
