import { describe, expect, it } from 'vitest';
import { isHoldfastError } from '../../src/errors.js';
import {
  expired,
  LIFETIME_MS,
  passDeadline,
  refreshAhead,
  REFUSED,
  setUp,
  signedIn,
  times,
  tokensNumber,
  track,
} from './set-up.js';

const noRetry = { retry: { limit: 0 } };

describe('when the refresh fails', () => {
  it('rejects every held request when the refresh is refused, sends nobody, and tells it once', async () => {
    const world = await expired();
    const held = times(30, () => track(world.request()));
    await world.rest();
    await world.refresh.fail(REFUSED);
    for (const { reason } of held)
      expect(reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    expect(world.sends).toEqual([]);
    expect(world.typesOf('ended', 'refresh-failed')).toEqual(['ended']);
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-out',
      endedBy: 'refresh-rejected',
      held: 0,
    });
    expect(world.session.current()).toBeNull();
  });

  it.each([400, 401, 403])(
    'ends the session at a status of %i, thrown as an axios error or a Response',
    async (status) => {
      for (const error of [{ response: { status } }, new Response(null, { status })]) {
        const world = await expired();
        const request = track(world.request());
        await world.rest();
        await world.refresh.fail(error);
        expect(request.reason).toMatchObject({ code: 'session-ended' });
      }
    },
  );

  function throwsAtOnce(): never {
    throw new Error('broken');
  }

  it.each([
    ['throws at once', throwsAtOnce],
    ['returns nothing', () => undefined],
    ['returns an error body', () => ({ errcode: 40001, errmsg: 'no' })],
    ['returns a text', () => 'busy'],
    ['returns tokens without an access token', () => ({ accessToken: '', refreshToken: 'refresh-2-secret' })],
  ])('settles everybody and stores nothing when the refresh %s', async (_, refresh) => {
    const world = await signedIn({ refresh: refresh as () => never });
    world.clock.jump(LIFETIME_MS);
    const held = times(3, () => track(world.request()));
    await world.rest();
    for (const { reason } of held)
      expect(reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-in', failure: { kind: 'ambiguous' } });
  });

  it('takes the same dead tokens for no answer', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = track(world.request());
    await world.rest();
    await world.refresh.answer(tokensNumber(1));
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
    expect(world.events.at(-1)).toMatchObject({ type: 'refresh-failed', error: 'BrokenAnswer' });
  });

  it('takes the same tokens for dead when they say so themselves', async () => {
    const world = await signedIn({ expiresAt: () => 5 });
    const request = track(world.request());
    await world.rest();
    await world.refresh.answer(tokensNumber(1));
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
  });

  it('takes the same tokens when only the clock had asked for new ones', async () => {
    const world = await expired();
    const request = world.request();
    await world.rest();
    await world.refresh.answer(tokensNumber(1));
    expect(await request).toEqual({ status: 200, token: 'access-1-secret' });
  });

  it('frees everybody at the deadline when the refresh never answers', async () => {
    const world = await expired();
    const held = times(3, () => track(world.request()));
    await world.rest();
    await world.clock.advance(29_999);
    expect(held[0]?.status).toBe('pending');
    await world.clock.advance(1);
    for (const { reason } of held)
      expect(reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
    expect(world.refresh.signal.aborted).toBe(true);
    expect(world.events.at(-1)).toMatchObject({ type: 'refresh-failed', error: 'RefreshTimeout' });
    expect(world.clock.timers).toBe(0);
  });

  it('takes an answer that comes after the deadline', async () => {
    const world = await expired();
    const request = track(world.request());
    await world.rest();
    await passDeadline(world);
    expect(request.status).toBe('rejected');
    await world.refresh.answer();
    expect(await world.request()).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.refreshes).toHaveLength(1);
    expect(world.typesOf('refreshed')).toHaveLength(1);
  });

  it('drops an answer that comes after the next refresh has begun', async () => {
    const world = await expired();
    track(world.request());
    await world.rest();
    await passDeadline(world);
    const request = world.request();
    await world.rest();
    await world.refreshes[0]?.answer(tokensNumber(7));
    await world.refreshes[1]?.answer(tokensNumber(8));
    expect(await request).toEqual({ status: 200, token: 'access-8-secret' });
    expect(world.session.current()).toEqual(tokensNumber(8));
  });

  it('drops a late answer that is none, or that comes after the sign-out', async () => {
    for (const isSignedOut of [true, false]) {
      const world = await expired();
      track(world.request());
      await world.rest();
      await passDeadline(world);
      if (isSignedOut) await world.session.signOut();
      await world.refresh.answer(isSignedOut ? tokensNumber(2) : { errcode: 1 });
      expect(world.session.current()).toEqual(isSignedOut ? null : tokensNumber(1));
      expect(world.typesOf('refreshed')).toEqual([]);
    }
  });

  it.each([
    ['offline', Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })],
    ['ambiguous', new TypeError('Failed to fetch')],
    ['throttled', { status: 429 }],
    ['unavailable', { status: 500 }],
    ['ambiguous', { status: 504 }],
  ])('keeps the session and tries again with the next request when it was %s', async (kind, error) => {
    const world = await expired();
    const request = track(world.request({ background: true }));
    await world.rest();
    await world.refresh.fail(error);
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind });
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-in', failure: { kind } });
    expect(world.typesOf('ended')).toEqual([]);
    const next = world.request();
    await world.rest();
    await world.refresh.answer();
    expect(await next).toMatchObject({ status: 200 });
    expect(world.session.snapshot()).not.toHaveProperty('failure');
  });

  it('sends a request whose token still serves when a refresh ahead of time fails', async () => {
    const world = await signedIn();
    await refreshAhead(world);
    await world.refresh.fail({ status: 500 });
    expect(await world.request()).toMatchObject({ status: 200 });
    // The background rests for a while: not every request begins a refresh, nor does who asks for tokens by hand.
    await world.session.tokens();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
    await world.clock.advance(10_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
  });

  it('sends what was held when the refresh fails while the token is expired by the leeway alone', async () => {
    const world = await signedIn(noRetry);
    world.clock.jump(LIFETIME_MS - 5_000);
    const held = world.request();
    await world.rest();
    expect(world.refresh.reason).toBe('expired');
    await world.refresh.fail({ status: 500 });
    expect(await held).toEqual({ status: 200, token: 'access-1-secret' });
  });

  it('ends the replays of new tokens that are rejected too', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret').add('access-2-secret');
    const requests = times(5, () => world.request());
    await world.rest();
    await world.refresh.answer();
    expect((await Promise.all(requests)).every(({ status }) => status === 401)).toBe(true);
    expect(world.refreshes).toHaveLength(1);
  });

  it('leaves what `classify` does not answer to the default, and what it answers badly or throws', async () => {
    for (const classify of [
      () => undefined,
      () => 'nonsense' as 'ended',
      () => {
        throw new Error('broken');
      },
    ]) {
      const world = await signedIn({ classify });
      world.clock.jump(LIFETIME_MS);
      const request = track(world.request());
      await world.rest();
      await world.refresh.fail(REFUSED);
      expect(request.reason).toMatchObject({ code: 'session-ended' });
    }
  });

  it('asks `classify` first', async () => {
    const world = await signedIn({
      classify: (error) => ((error as { code: number }).code === 9 ? 'ended' : undefined),
    });
    world.clock.jump(LIFETIME_MS);
    const request = track(world.request());
    await world.rest();
    await world.refresh.fail({ code: 9 });
    expect(isHoldfastError(request.reason, 'session-ended')).toBe(true);
  });

  it('rejects tokens() and refresh() the same way', async () => {
    const world = await signedIn(noRetry);
    const forced = track(world.session.refresh());
    const tokens = track(world.session.tokens({ rejected: tokensNumber(1) }));
    await world.rest();
    await world.refresh.fail({ status: 503 });
    for (const { reason } of [forced, tokens]) expect(reason).toMatchObject({ code: 'refresh-failed' });
    // Without need they are served.
    expect(await world.session.tokens()).toEqual(tokensNumber(1));
  });

  it('leaves no rejection unhandled when a refresh in the background is refused', async () => {
    const world = setUp();
    await world.session.signIn(tokensNumber(1));
    await refreshAhead(world);
    await world.refresh.fail(REFUSED);
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'refresh-rejected' });
    expect(await world.request()).toEqual({ status: 401, token: null });
  });
});
