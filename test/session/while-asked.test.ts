import { describe, expect, it } from 'vitest';
import { LIFETIME_MS, REFUSED, refreshAhead, track, type World } from './set-up.js';
import { alice, bob, refused, holdAndRefuse } from './dialog.js';

describe('signing in while the user is asked', () => {
  it('is the answer: requests of the same person go on, each exactly once', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world, 3);
    await world.session.signIn(alice(5));
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-5-secret' });
    await dialog.close(alice(2));
    expect(world.session.current()).toEqual(alice(5));
    expect(world.sends).toHaveLength(3);
    expect(world.typesOf('signed-in', 'ended', 'refreshed')).toEqual(['signed-in']);
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
  });

  it.each(['at once', 'later'])('may be what onExpired itself does, %s', async (when) => {
    const { world } = await refused({
      onExpired: async () => {
        if (when === 'later') await Promise.resolve();
        await world.session.signIn(alice(5));
        return null;
      },
    });
    const held = await holdAndRefuse(world, 2);
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-5-secret' });
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-in', refreshing: false, held: 0 });
  });

  it('lets a late rejection of the tokens before go on too', async () => {
    const { world } = await refused();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await holdAndRefuse(world, 1);
    await world.session.signIn(alice(5));
    slow.answer();
    await world.rest();
    slow.answer();
    expect(await slow.reply).toEqual({ status: 200, token: 'access-5-secret' });
  });

  it('answers the questions that several sign-ins left open, one after the other', async () => {
    const { world } = await refused();
    const held = await holdAndRefuse(world, 1);
    // The new tokens are refused at once, before anybody was sent with them.
    world.session.on('signed-in', () => world.clock.jump(LIFETIME_MS));
    await world.session.signIn(alice(5));
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(held[0]?.status).toBe('pending');
    await world.session.signIn(alice(8));
    await world.rest();
    await world.refresh.answer(alice(9));
    expect(held[0]?.value).toEqual({ status: 200, token: 'access-9-secret' });
  });

  it('as somebody else, or as who is not known, rejects what was held', async () => {
    for (const [tokens, own] of [
      [bob(5), {}],
      [alice(5), { subject: () => undefined }],
    ] as const) {
      const { world } = await refused(own);
      const [held] = await holdAndRefuse(world, 1);
      await world.session.signIn(tokens);
      await world.rest();
      expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
      expect(world.sends).toEqual([]);
    }
  });

  it('after a sign-out is no answer any more', async () => {
    const { world } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    void world.session.signOut();
    await world.session.signIn(alice(5));
    await world.rest();
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual([]);
  });

  it('when nobody is asked replaces the sign-in before, also for the same person', async () => {
    const { world } = await refused();
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.session.signIn(alice(5));
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
  });
});

describe('while the user is asked', () => {
  type Login = (world: World) => Promise<unknown>;
  const logins: Record<string, Login> = {
    'a request': (world) => world.request(),
    'a request that is rejected first and asked again': async (world) => {
      await world.request();
      await world.request();
    },
    'session.tokens()': (world) => world.session.tokens().catch(() => {}),
    'session.refresh()': (world) => world.session.refresh().catch(() => {}),
    'session.tokens({ rejected })': (world) => world.session.tokens({ rejected: alice(1) }).catch(() => {}),
  };

  it.each(Object.entries(logins))('%s made after an await waits for nobody', async (_, logIn) => {
    const { world } = await refused({
      onExpired: async () => {
        await Promise.resolve();
        await logIn(world);
        return alice(2);
      },
    });
    const held = await holdAndRefuse(world, 2);
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('a request that begins goes out without tokens, and its reply is its own', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world, 1);
    expect(await world.request()).toEqual({ status: 401, token: null });
    expect(held[0]?.status).toBe('pending');
    await dialog.close(alice(2));
    expect(await world.request()).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('a request that is to be rejected while signed out says how the session stands', async () => {
    const { world } = await refused();
    await holdAndRefuse(world, 1);
    await expect(world.request({ whenSignedOut: 'reject' })).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'refresh-rejected',
    });
    await expect(world.session.tokens()).rejects.toMatchObject({ reason: 'refresh-rejected' });
    expect(world.sends).toEqual([]);
  });

  it('tokens that still serve go on serving, and a rejection of them waits for nobody either', async () => {
    const { world, dialog } = await refused();
    await refreshAhead(world);
    await world.refresh.fail(REFUSED);
    expect(dialog.contexts).toHaveLength(1);
    expect(await world.request()).toEqual({ status: 200, token: 'access-1-secret' });
    expect(await world.session.tokens()).toEqual(alice(1));
    world.dead.add('access-1-secret');
    expect(await world.request()).toEqual({ status: 401, token: 'access-1-secret' });
    await expect(
      world.session.guard(() => {
        throw Object.assign(new Error('refused'), { status: 401 });
      }),
    ).rejects.toThrow('refused');
    await dialog.close(alice(2));
    expect(await world.request()).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('tokens that the server rejected are not sent again, however fresh the clock says they are', async () => {
    const { world, dialog } = await refused();
    world.dead.add('access-1-secret');
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(dialog.contexts).toHaveLength(1);
    expect(await world.request()).toEqual({ status: 401, token: null });
    await dialog.close(alice(2));
    expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('a request under way is told what the dialog said, when that was another person', async () => {
    const { world, dialog } = await refused();
    await holdAndRefuse(world, 1);
    const slow = world.slowRequest();
    await dialog.close(bob(2));
    slow.answer();
    expect(await slow.reply).toEqual({ status: 401, token: null });
  });

  it('nobody waits for ever: a question without an answer ends the session', async () => {
    const { world, dialog } = await refused({ askTimeoutMs: 60_000 });
    const [held] = await holdAndRefuse(world, 1);
    await world.clock.advance(59_999);
    expect(held?.status).toBe('pending');
    await world.clock.advance(1);
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
    await dialog.close(alice(2));
    expect(world.session.current()).toBeNull();
    expect(world.clock.timers).toBe(0);
  });
});
