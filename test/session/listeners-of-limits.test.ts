import { describe, expect, it } from 'vitest';
import { refreshAhead, signedIn, tokensNumber, track, type World } from './set-up.js';

const ONE = { fruitlessRefreshes: { limit: 1, windowMs: 30_000 } };

/** An endpoint has rejected new tokens too, and is allowed no more refreshes for now. */
async function rejectedInVain(): Promise<World> {
  const world = await signedIn(ONE);
  const first = track(world.session.guard(() => ({ status: 401 })));
  await world.rest();
  await world.refresh.answer();
  expect(first.status).toBe('fulfilled');
  return world;
}

/** A refresh has brought tokens that were dead when they arrived, and another one tokens that age soon. */
async function agedInVain(): Promise<World> {
  const world = await signedIn(ONE);
  await refreshAhead(world);
  world.clock.jump(2_000);
  await world.refresh.answer(tokensNumber(2, { expiresIn: 1 }));
  const forced = world.session.refresh();
  await world.rest();
  await world.refresh.answer(tokensNumber(3, { expiresIn: 20 }));
  await forced;
  world.clock.jump(13_000);
  return world;
}

describe('a listener that hears of too many refreshes', () => {
  it('finds the request rejected where it does nothing', async () => {
    const world = await rejectedInVain();
    const request = track(world.session.guard(() => ({ status: 401 })));
    await world.rest();
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'too-many' });
  });

  it('may sign out: then the request is told that', async () => {
    const world = await rejectedInVain();
    world.session.on('refresh-failed', () => void world.session.signOut());
    const request = track(world.session.guard(() => ({ status: 401 })));
    await world.rest();
    expect(request.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
  });

  it('may abort the request, which then does not wait', async () => {
    const world = await rejectedInVain();
    const controller = new AbortController();
    world.session.on('refresh-failed', () => {
      void world.session.signIn(tokensNumber(7));
      controller.abort(new Error('left'));
    });
    const request = track(world.session.guard(() => ({ status: 401 }), { signal: controller.signal }));
    await world.rest();
    expect(request.reason).toEqual(new Error('left'));
    expect(world.session.snapshot().held).toBe(0);
  });

  it('keeps no request from going out that needs none yet', async () => {
    const world = await agedInVain();
    expect(await world.request()).toMatchObject({ token: 'access-3-secret' });
    expect(world.typesOf('refresh-failed')).toEqual(['refresh-failed']);
  });

  it('may sign out where a request needs none yet: then its tokens are not sent', async () => {
    const world = await agedInVain();
    world.session.on('refresh-failed', () => void world.session.signOut());
    expect(await world.request()).toMatchObject({ token: null });
  });
});
