import { describe, expect, it, vi } from 'vitest';
import { alice, subject } from './dialog.js';
import {
  expired,
  LIFETIME_MS,
  passDeadline,
  REFUSED,
  refreshAhead,
  signedIn,
  tokensNumber,
  track,
} from './set-up.js';

describe('the answer of a login dialog', () => {
  it('is none where it brings the refused tokens: the session ends, and nobody waits', async () => {
    const world = await signedIn({ subject, onExpired: () => world.session.current() }, alice(1));
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
  });

  it('is not asked for when a listener has signed in already', async () => {
    const onExpired = vi.fn<() => null>(() => null);
    const world = await signedIn({ onExpired });
    world.session.on('asked', () => void world.session.signIn(tokensNumber(5)));
    world.clock.jump(LIFETIME_MS);
    track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(world.session.current()).toEqual(tokensNumber(5));
    expect(onExpired).not.toHaveBeenCalled();
  });
});

describe('a request that was let go', () => {
  it.each(['released', 'replayed'] as const)(
    'is not sent when a listener of `%s` signs out',
    async (type) => {
      const world = await signedIn();
      world.dead.add('access-1-secret');
      world.session.on(type, () => void world.session.signOut());
      const held = track(world.request());
      await world.rest();
      await world.refresh.answer();
      expect(held.reason).toMatchObject({ code: 'session-ended' });
      expect(world.sends).toEqual(['access-1-secret']);
    },
  );

  it('is not sent when a listener of `released` aborts it', async () => {
    const world = await expired();
    const controller = new AbortController();
    world.session.on('released', () => controller.abort(new Error('left')));
    const held = track(world.request({ signal: controller.signal }));
    await world.rest();
    await world.refresh.answer();
    expect(held.reason).toEqual(new Error('left'));
    expect(world.sends).toEqual([]);
  });

  it.each([
    ['signs out', (world: Awaited<ReturnType<typeof expired>>) => world.session.signOut()],
    ['signs in anew', (world: Awaited<ReturnType<typeof expired>>) => world.session.signIn(tokensNumber(9))],
  ])('is not sent when the one before it %s as it is sent', async (_, command) => {
    const world = await expired();
    const sent: string[] = [];
    track(
      world.session.guard(() => {
        sent.push('first');
        void command(world);
        return { status: 200 };
      }),
    );
    const second = track(world.session.guard(() => ({ status: sent.push('second') })));
    await world.rest();
    await world.refresh.answer();
    expect(sent).toEqual(['first']);
    expect(second.reason).toMatchObject({ code: 'session-ended' });
  });
});

describe('a caller that leaves', () => {
  it('as it is told that it is held is free at once', async () => {
    const world = await expired();
    const controller = new AbortController();
    world.session.on('held', () => controller.abort(new Error('left')));
    const held = track(world.request({ signal: controller.signal }));
    await world.rest();
    expect(held.reason).toEqual(new Error('left'));
    expect(world.session.snapshot().held).toBe(0);
  });
});

it('signs in whoever a listener of the aborted refresh signs in', async () => {
  const world = await expired();
  track(world.request());
  await world.rest();
  world.refresh.signal.addEventListener('abort', () => void world.session.signIn(tokensNumber(50)));
  void world.session.signOut();
  track(world.request());
  await world.rest();
  expect(world.sends).toEqual(['access-50-secret']);
});

describe('a token that a reply brought', () => {
  it('is taken beside a reply that brings the one at hand', async () => {
    const world = await signedIn();
    const same = world.slowRequest({ renewedBy: () => 'access-1-secret' });
    const newer = world.slowRequest({ renewedBy: () => 'access-9-secret' });
    same.answer();
    newer.answer();
    await Promise.all([same.reply, newer.reply]);
    await world.request();
    expect(world.sends.at(-1)).toBe('access-9-secret');
  });

  it('hides no lost answer: the refresh token is not presented again beyond the grace', async () => {
    const world = await signedIn({ reuseGraceMs: 0 });
    await refreshAhead(world);
    await passDeadline(world);
    await world.request({ renewedBy: () => 'access-50-secret' });
    world.clock.jump(LIFETIME_MS - 100_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
  });

  it('ends no cool-down', async () => {
    const world = await signedIn();
    await refreshAhead(world);
    await world.refresh.fail({ status: 429, headers: { 'retry-after': '600' } });
    await world.request({ renewedBy: () => 'access-50-secret' });
    await expect(world.session.refresh()).rejects.toMatchObject({ kind: 'throttled' });
    expect(world.refreshes).toHaveLength(1);
  });
});
