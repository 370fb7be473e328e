import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/testing/manual-clock.js';
import { expired, refreshAhead, signedIn, times, tokensNumber, track, type World } from './set-up.js';

const throttled = (retryAfter: string) => ({
  status: 429,
  headers: new Headers({ 'retry-after': retryAfter }),
});

async function failingRequest(world: World, error: unknown): Promise<unknown> {
  const request = track(world.request());
  await world.rest();
  await world.refresh.fail(error);
  return request.reason;
}

describe('cooling down', () => {
  it.each(['120', new Date(Date.UTC(2026, 0, 1, 1, 2)).toUTCString()])(
    'sends no refresh before Retry-After: %s',
    async (after) => {
      const world = await expired();
      const now = world.clock.now();
      expect(await failingRequest(world, throttled(after))).toMatchObject({
        kind: 'throttled',
        retryAt: now + 120_000,
      });
      expect(world.session.snapshot()).toMatchObject({
        failure: { kind: 'throttled', retryAt: now + 120_000 },
      });
      await world.clock.advance(119_999);
      await expect(world.request()).rejects.toMatchObject({ kind: 'throttled', retryAt: now + 120_000 });
      expect(world.refreshes).toHaveLength(1);
      await world.clock.advance(1);
      const request = world.request();
      await world.rest();
      await world.refresh.answer();
      expect(await request).toMatchObject({ status: 200 });
    },
  );

  it('measures a date by the clock of the server, and takes no more than an hour', async () => {
    const world = await expired();
    const headers = { Date: 'Thu, 01 Jan 2026 05:00:00 GMT', 'Retry-After': 'Thu, 01 Jan 2026 05:01:00 GMT' };
    const now = world.clock.now();
    expect(await failingRequest(world, { response: { status: 503, headers } })).toMatchObject({
      retryAt: now + 60_000,
    });
    world.clock.jump(60_000);
    expect(await failingRequest(world, throttled('999999'))).toMatchObject({
      retryAt: now + 60_000 + 3_600_000,
    });
  });

  it.each(['', 'soon', '-5', '0'])('goes on as usual after Retry-After: %j', async (after) => {
    const world = await expired();
    const request = track(world.request({ background: true }));
    await world.rest();
    await world.refresh.fail(throttled(after));
    expect(request.reason).not.toHaveProperty('retryAt');
  });

  it('forgets a cool-down that lies too far ahead, since the clock was set back', async () => {
    const world = await expired();
    await failingRequest(world, throttled('3600'));
    world.clock.jump(-7_200_000);
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(2));
  });

  it('keeps the background quiet until Retry-After', async () => {
    const world = await signedIn();
    await refreshAhead(world);
    await world.refresh.fail(throttled('60'));
    await world.clock.advance(59_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
    await world.clock.advance(1_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
  });
});

describe('retrying', () => {
  it('repeats a refresh that left the refresh token unspent, twice and with growing delays', async () => {
    const world = await expired();
    const request = track(world.request());
    await world.rest();
    await world.refresh.fail({ status: 503 });
    await world.clock.advance(149);
    expect(world.refreshes).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.refreshes).toHaveLength(2);
    await world.refresh.fail({ status: 503 });
    await world.clock.advance(299);
    expect(world.refreshes).toHaveLength(2);
    await world.clock.advance(1);
    await world.refresh.fail({ status: 503 });
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    expect(world.refreshes).toHaveLength(3);
    expect(world.events.filter(({ type }) => type === 'refresh-started')).toMatchObject([
      { attempt: 1 },
      { attempt: 2 },
      { attempt: 3 },
    ]);
    expect(world.typesOf('refresh-failed')).toHaveLength(1);
  });

  it('waits the whole delay where the clock has no chance to offer', async () => {
    const { now, setTimer } = manualClock();
    const world = await signedIn({ clock: { now, setTimer }, retry: { limit: 1, baseMs: 0 } });
    const forced = track(world.session.refresh());
    await world.rest();
    await world.refresh.fail({ status: 503 });
    expect(forced.status).toBe('pending');
  });

  it('serves those who wait when a repetition succeeds', async () => {
    const world = await expired();
    const request = world.request();
    await world.rest();
    await world.refresh.fail({ code: 'ENOTFOUND' });
    await world.clock.advance(150);
    await world.refresh.answer();
    expect(await request).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('stops when the last who waited leaves', async () => {
    const world = await expired();
    const controller = new AbortController();
    const request = track(world.request({ signal: controller.signal }));
    await world.rest();
    await world.refresh.fail({ status: 503 });
    controller.abort(new Error('left'));
    await world.clock.advance(10_000);
    expect(request.reason).toEqual(new Error('left'));
    expect(world.refreshes).toHaveLength(1);
    expect(world.clock.timers).toBe(0);
  });

  it('is not worth it for requests in the background', async () => {
    const world = await expired();
    const request = track(world.request({ background: true }));
    await world.rest();
    expect(world.session.snapshot()).toMatchObject({ pending: 0, held: 1 });
    await world.refresh.fail({ status: 503 });
    expect(request.status).toBe('rejected');
    expect(world.refreshes).toHaveLength(1);
  });

  it('ends when somebody signs out while it waits', async () => {
    const world = await expired();
    const request = track(world.request());
    await world.rest();
    await world.refresh.fail({ status: 503 });
    await world.session.signOut();
    await world.clock.advance(10_000);
    expect(request.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.refreshes).toHaveLength(1);
  });
});

describe('refreshes in vain', () => {
  async function refreshInVain(world: World): Promise<unknown> {
    const token = world.session.current()?.accessToken ?? '';
    world.dead.add(token);
    const request = track(world.request());
    await world.rest();
    world.dead.add(`access-${world.refreshes.length + 1}-secret`);
    await world.refresh.answer();
    return request.reason ?? request.value;
  }

  it('are five in a window and no sixth, and the window slides', async () => {
    const world = await signedIn();
    const start = world.clock.now();
    for (let n = 0; n < 5; n++) {
      expect(await refreshInVain(world)).toMatchObject({ status: 401 });
      await world.clock.advance(1_000);
    }
    const sixth = track(world.request());
    await world.rest();
    expect(sixth.reason).toMatchObject({ code: 'refresh-failed', kind: 'too-many', retryAt: start + 30_000 });
    expect(world.refreshes).toHaveLength(5);
    await world.clock.advance(start + 30_000 - world.clock.now());
    expect(await refreshInVain(world)).toMatchObject({ status: 401 });
    expect(world.refreshes).toHaveLength(6);
  });

  it('let the others live on while one endpoint rejects for ever', async () => {
    const world = await signedIn();
    const forbidden = async () => world.session.guard(() => ({ status: 401 }));
    for (let n = 0; n < 20; n++) {
      const request = track(forbidden());
      await world.rest();
      if (world.session.snapshot().refreshing) await world.refresh.answer();
      await world.rest();
      expect(request.status).not.toBe('pending');
      expect(await world.request()).toMatchObject({ status: 200 });
    }
    expect(world.refreshes).toHaveLength(5);
  });

  it('are forgotten when somebody signs in', async () => {
    const world = await signedIn({ fruitlessRefreshes: { limit: 1 } });
    await refreshInVain(world);
    await world.session.signIn(tokensNumber(10));
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(11));
  });

  it('may be allowed without an end', async () => {
    const world = await signedIn({ fruitlessRefreshes: false });
    for (const n of times(20, (index) => index + 1)) {
      await refreshInVain(world);
      expect(world.refreshes).toHaveLength(n);
    }
  });
});
