import { describe, expect, it } from 'vitest';
import { expired, LIFETIME_MS, setUp, signedIn, times, tokensNumber, track } from './set-up.js';

describe('single flight', () => {
  it('serves 50 requests that meet an expired token with one refresh and one send each', async () => {
    const world = await expired();
    const requests = Promise.all(times(50, () => world.request()));
    await world.rest();
    expect(world.sends).toEqual([]);
    expect(world.session.snapshot()).toMatchObject({ refreshing: true, pending: 50, held: 50 });
    await world.refresh.answer();
    expect(await requests).toEqual(times(50, () => ({ status: 200, token: 'access-2-secret' })));
    expect(world.refreshes).toHaveLength(1);
    expect(world.sends).toHaveLength(50);
    expect(world.session.snapshot()).toMatchObject({ refreshing: false, pending: 0, held: 0 });
  });

  it('serves 50 requests whose token only the server knows to be dead with one refresh', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const requests = Promise.all(times(50, () => world.request()));
    await world.rest();
    expect(world.refresh.reason).toBe('rejected');
    await world.refresh.answer();
    expect((await requests).every(({ status }) => status === 200)).toBe(true);
    expect(world.refreshes).toHaveLength(1);
    expect(world.sends).toHaveLength(100);
  });

  it('holds a request that begins while rejected tokens are refreshed', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const first = world.request();
    await world.rest();
    const second = world.request();
    await world.rest();
    expect(world.sends).toHaveLength(1);
    await world.refresh.answer();
    expect(await Promise.all([first, second])).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(world.sends).toEqual(['access-1-secret', 'access-2-secret', 'access-2-secret']);
  });

  it('passes a second expiry like the first', async () => {
    const world = await expired();
    for (const n of [2, 3]) {
      const request = world.request();
      await world.rest();
      await world.refresh.answer();
      expect(await request).toEqual({ status: 200, token: `access-${n}-secret` });
      world.clock.jump(LIFETIME_MS);
    }
    expect(world.refreshes.map(({ reason }) => reason)).toEqual(['expired', 'expired']);
  });

  it('serves a replay of the first cycle that is still out while the second runs', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await world.rest();
    slow.answer();
    await world.rest();
    await world.refresh.answer();
    world.dead.add('access-2-secret');
    const others = Promise.all(times(10, () => world.request()));
    await world.rest();
    slow.answer();
    await world.refresh.answer();
    expect((await others).every(({ status }) => status === 200)).toBe(true);
    // It was sent before the second cycle began, and answered with what was true then.
    expect(await slow.reply).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.refreshes).toHaveLength(2);
  });

  it('refreshes once when the clock and a rejection ask for it together', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await world.rest();
    world.clock.jump(LIFETIME_MS);
    const other = world.request();
    slow.answer();
    await world.rest();
    await world.refresh.answer();
    await world.rest();
    slow.answer();
    expect(await Promise.all([slow.reply, other])).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(world.refreshes).toHaveLength(1);
  });

  it('lets two sessions refresh without waiting for each other', async () => {
    const one = await expired();
    const other = await expired();
    const held = track(one.request());
    const served = other.request();
    await other.rest();
    await other.refresh.answer();
    expect(await served).toMatchObject({ status: 200 });
    expect(held.status).toBe('pending');
    await one.refresh.answer();
    expect(held.status).toBe('fulfilled');
  });

  it('refreshes for tokens() and refresh() in the same flight as for requests', async () => {
    const world = await expired();
    const all = Promise.all([world.request(), world.session.tokens(), world.session.refresh()]);
    await world.rest();
    await world.refresh.answer();
    expect(await all).toMatchObject([{ status: 200 }, tokensNumber(2), tokensNumber(2)]);
    expect(world.refreshes).toHaveLength(1);
  });

  it('refreshes valid tokens when refresh() asks for it', async () => {
    const world = await signedIn();
    const forced = world.session.refresh();
    await world.rest();
    expect(world.refresh.reason).toBe('forced');
    // The tokens still serve, and nobody is held.
    expect(await world.request()).toMatchObject({ token: 'access-1-secret' });
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(2));
  });

  it('lets a request that begins when refresh() has resolved start no other refresh', async () => {
    const world = await signedIn();
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    await forced;
    await world.request();
    expect(world.refreshes).toHaveLength(1);
  });

  it('gives valid tokens at once, and newer ones when those were rejected', async () => {
    const world = await signedIn();
    expect(await world.session.tokens()).toEqual(tokensNumber(1));
    const rejected = await world.session.tokens();
    const newer = world.session.tokens({ rejected });
    await world.rest();
    expect(world.refresh.reason).toBe('rejected');
    await world.refresh.answer();
    expect(await newer).toEqual(tokensNumber(2));
    // Rejected late: these are not the current ones any more.
    expect(await world.session.tokens({ rejected: { ...rejected } })).toEqual(tokensNumber(2));
    expect(world.refreshes).toHaveLength(1);
  });

  it('starts one refresh behind requests in the refresh-ahead window, and holds nobody', async () => {
    const world = await signedIn();
    world.clock.jump(LIFETIME_MS - 200_000);
    const replies = await Promise.all(times(5, () => world.request()));
    expect(replies.every(({ token }) => token === 'access-1-secret')).toBe(true);
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
    expect(world.refresh.reason).toBe('ageing');
    expect(await world.request()).toMatchObject({ token: 'access-1-secret' });
    await world.refresh.answer();
    expect(await world.request()).toMatchObject({ token: 'access-2-secret' });
    expect(world.events.map(({ type }) => type)).toEqual(['refresh-started', 'refreshed']);
  });

  it('refreshes nothing ahead when refreshAheadMs is 0', async () => {
    const world = await signedIn({ refreshAheadMs: 0, leewayMs: 0 });
    world.clock.jump(LIFETIME_MS - 1);
    await world.request();
    expect(world.refreshes).toHaveLength(0);
  });

  it("holds every request with holdWhileRefreshing: 'always'", async () => {
    const world = await signedIn({ holdWhileRefreshing: 'always' });
    world.clock.jump(LIFETIME_MS - 200_000);
    await world.request();
    const held = track(world.request());
    await world.rest();
    expect(held.status).toBe('pending');
    await world.refresh.answer();
    expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('keeps what the refresh leaves out', async () => {
    const world = await signedIn({}, tokensNumber(1, { user: 'Ada' }));
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer({ accessToken: 'access-2-secret', refreshToken: '' });
    expect(await forced).toEqual({
      accessToken: 'access-2-secret',
      refreshToken: 'refresh-1-secret',
      user: 'Ada',
    });
  });

  it('counts a lifetime from when the refresh was sent', async () => {
    const world = await expired();
    const request = world.request();
    await world.rest();
    const sentAt = world.clock.now();
    await world.clock.advance(20_000);
    await world.refresh.answer();
    await request;
    expect(world.session.snapshot().expiresAt).toBe(sentAt + LIFETIME_MS);
  });

  it('lets what refresh itself sends pass through, by its signal or before its first await', async () => {
    const seen: unknown[] = [];
    const world = setUp({
      async refresh(_, { signal }) {
        seen.push(await world.session.guard((tokens) => ({ status: 401, tokens })));
        seen.push(await world.session.guard((tokens) => ({ status: 401, tokens }), { signal }));
        seen.push(world.session.isOwnCall(signal));
        return tokensNumber(2);
      },
    });
    await world.session.signIn(tokensNumber(1));
    world.clock.jump(LIFETIME_MS);
    expect(await world.request()).toMatchObject({ status: 200 });
    expect(seen).toEqual([{ status: 401, tokens: null }, { status: 401, tokens: null }, true]);
    expect(world.session.isOwnCall()).toBe(false);
  });

  it('hands a refresh that the guarded client sends its own refusal', async () => {
    const world = setUp({
      async refresh(_, { signal }) {
        const reply = await world.session.guard(() => ({ status: 401 }), { signal });
        throw Object.assign(new Error('refused'), reply);
      },
    });
    await world.session.signIn(tokensNumber(1));
    world.clock.jump(LIFETIME_MS);
    await expect(world.request()).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'refresh-rejected',
    });
  });
});
