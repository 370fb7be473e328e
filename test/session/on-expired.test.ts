import { describe, expect, it } from 'vitest';
import { alice, bob, refused, holdAndRefuse } from './dialog.js';

describe('onExpired', () => {
  it('is asked once for thirty held requests, which go on, each exactly once', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world);
    expect(dialog.contexts).toMatchObject([{ reason: 'refresh-rejected' }]);
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-in', refreshing: true, held: 30 });
    await dialog.close(alice(2));
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.sends).toHaveLength(30);
    expect(world.typesOf('asked', 'ended', 'refreshed', 'signed-in', 'adopted')).toEqual([
      'asked',
      'refreshed',
    ]);
    expect(dialog.contexts).toHaveLength(1);
  });

  it('rejects what was held when somebody else signs in', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world);
    await dialog.close(bob(2));
    for (const { reason } of held)
      expect(reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual([]);
    expect(world.session.current()).toEqual(bob(2));
    expect(world.typesOf('ended', 'signed-in')).toEqual(['signed-in']);
    expect(await world.request()).toMatchObject({ token: 'access-2-secret' });
  });

  it('takes tokens that do not tell whose they are for somebody else', async () => {
    const { world, dialog } = await refused({ subject: () => undefined });
    const [held] = await holdAndRefuse(world, 1);
    await dialog.close(alice(2));
    expect(held?.reason).toMatchObject({ reason: 'replaced' });
  });

  it.each([null, undefined, '', { errcode: 1 }, 7])(
    'ends the session when it resolves to %j',
    async (answer) => {
      const { world, dialog } = await refused();
      const held = await holdAndRefuse(world, 3);
      await dialog.close(answer);
      for (const { reason } of held)
        expect(reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
      expect(world.typesOf('ended')).toHaveLength(1);
      expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'refresh-rejected' });
    },
  );

  it('is told of by a warning when it resolves to something without tokens', async () => {
    const { world, dialog } = await refused();
    const told: unknown[] = [];
    world.session.on('warning', (event) => told.push(event));
    await holdAndRefuse(world, 1);
    await dialog.close({ data: alice(2) });
    expect(told).toMatchObject([{ option: 'onExpired', problem: 'it resolved to no access token' }]);
  });

  it('may sign in by itself and resolve to nothing', async () => {
    const { world } = await refused({
      onExpired: async () => {
        await world.session.signIn(alice(2));
      },
    });
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(held?.value).toMatchObject({ token: 'access-2-secret' });
  });

  it('ends the session when it throws, at once or later', async () => {
    const { world, dialog } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    await dialog.cry(new RangeError('broken'));
    expect(held?.reason).toMatchObject({ code: 'session-ended' });
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'listener-failed', problem: 'RangeError' }),
    );

    const other = await refused({
      onExpired() {
        throw new Error('broken');
      },
    });
    const [another] = await holdAndRefuse(other.world, 1);
    await other.world.rest();
    expect(another?.reason).toMatchObject({ code: 'session-ended' });
  });

  it('is told when somebody signs out meanwhile, and its answer is dropped', async () => {
    const { world, dialog } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    await world.session.signOut();
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
    await dialog.close(alice(2));
    expect(held?.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.session.current()).toBeNull();
    expect(world.typesOf('ended')).toHaveLength(1);
  });

  it('is told when somebody signs in meanwhile: that was the answer', async () => {
    const { world, dialog } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    await world.session.signIn(bob(5));
    await dialog.close(alice(2));
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
    expect(world.session.current()).toEqual(bob(5));
    expect(held?.reason).toMatchObject({ reason: 'replaced' });
  });

  it('may use the guarded client', async () => {
    let reply: unknown;
    const { world } = await refused({
      onExpired: async ({ signal }) => {
        reply = await world.session.guard((tokens) => ({ status: 401, tokens }), { signal });
        return null;
      },
    });
    await holdAndRefuse(world, 1);
    await world.rest();
    expect(reply).toEqual({ status: 401, tokens: null });
  });
});
