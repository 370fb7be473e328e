import { describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.js';
import { expired, LIFETIME_MS, signedIn, times, tokensNumber, track } from './set-up.js';

describe('a caller that leaves', () => {
  it('settles at once with its own reason, and leaves the others alone', async () => {
    const world = await expired();
    const controller = new AbortController();
    const leaving = track(world.request({ signal: controller.signal }));
    const staying = track(world.request());
    await world.rest();
    const reason = { my: 'reason' };
    controller.abort(reason);
    await world.rest();
    expect(leaving.reason).toBe(reason);
    expect(world.session.snapshot()).toMatchObject({ pending: 1, held: 1 });
    await world.refresh.answer();
    expect(staying.value).toMatchObject({ status: 200 });
    expect(world.sends).toHaveLength(1);
  });

  it('does not stop the refresh that it began', async () => {
    const world = await expired();
    const controller = new AbortController();
    track(world.session.refresh({ signal: controller.signal }));
    track(world.request({ signal: controller.signal }));
    await world.rest();
    controller.abort();
    expect(world.refresh.signal.aborted).toBe(false);
    expect(world.session.snapshot().held).toBe(0);
    await world.refresh.answer();
    expect(world.session.current()).toEqual(tokensNumber(2));
    expect(world.sends).toEqual([]);
  });

  it('does not wait for its judge', async () => {
    const { session } = await signedIn();
    const controller = new AbortController();
    const verdict = deferred<'refresh'>();
    const judge = (): Promise<'refresh'> => verdict.promise;
    const leaving = session.guard(() => ({}), { signal: controller.signal, judge });
    await Promise.resolve();
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    verdict.reject(new Error('too late to be heard'));
    expect(session.snapshot().pending).toBe(0);
  });

  it('is not replayed', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const controller = new AbortController();
    const slow = world.slowRequest({ signal: controller.signal });
    controller.abort(new Error('left'));
    slow.answer();
    await expect(slow.reply).rejects.toThrow('left');
    expect(world.sends).toHaveLength(1);
    expect(world.refreshes).toHaveLength(0);
  });

  it('sends nothing when it had left before', async () => {
    const world = await signedIn();
    const signal = AbortSignal.abort(new Error('left'));
    await expect(world.request({ signal })).rejects.toThrow('left');
    await expect(world.session.tokens({ signal })).rejects.toThrow('left');
    await expect(world.session.refresh({ signal })).rejects.toThrow('left');
    expect(world.sends).toEqual([]);
    expect(world.refreshes).toHaveLength(0);
  });

  it('sends nothing when it leaves in the very moment the new tokens come', async () => {
    const world = await expired();
    const controller = new AbortController();
    const leaving = track(world.request({ signal: controller.signal }));
    await world.rest();
    world.session.on('refreshed', () => controller.abort(new Error('left')));
    await world.refresh.answer();
    expect(leaving.reason).toEqual(new Error('left'));
    expect(world.sends).toEqual([]);
  });

  it('leaves no listener behind, of ten thousand requests on one signal', async () => {
    const listeners = new Set<unknown>();
    let added = 0;
    const { signal } = new AbortController();
    signal.addEventListener = (_: string, listener: unknown) => (added++, listeners.add(listener));
    signal.removeEventListener = (_: string, listener: unknown) => listeners.delete(listener);
    const world = await expired();
    const requests = Promise.all(times(10_000, () => world.request({ signal })));
    await world.rest();
    expect(listeners.size).toBe(1);
    await world.refresh.answer();
    await requests;
    expect(listeners.size).toBe(0);
    expect(added).toBe(1);
  });

  it('frees all who share its signal', async () => {
    const world = await expired();
    const controller = new AbortController();
    const { signal } = controller;
    const leaving = [
      ...times(3, () => track(world.request({ signal }))),
      track(world.request({ signal, background: true })),
    ];
    await world.rest();
    controller.abort();
    await world.rest();
    expect(leaving.every(({ reason }) => reason === signal.reason)).toBe(true);
    expect(world.session.snapshot()).toMatchObject({ pending: 0, held: 0 });
  });
});

describe('time', () => {
  it('holds from the leeway on, to the millisecond', async () => {
    const world = await signedIn({ refreshAheadMs: 0 });
    world.clock.jump(LIFETIME_MS - 10_001);
    expect(await world.request()).toMatchObject({ status: 200 });
    expect(world.refreshes).toHaveLength(0);
    world.clock.jump(1);
    const held = track(world.request());
    await world.rest();
    expect(held.status).toBe('pending');
  });

  it('refreshes a token that lives shorter than the leeway only when it comes to its end', async () => {
    const world = await signedIn({}, tokensNumber(1, { expiresIn: 5 }));
    await world.request();
    world.clock.jump(1_000);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(0);
    world.clock.jump(2_750);
    track(world.request());
    await world.rest();
    expect(world.refresh.reason).toBe('expired');
  });

  it('does not refresh for ever where the refresh brings tokens that are dead by the local clock', async () => {
    const world = await signedIn({ expiresAt: (_, receivedAt) => receivedAt - 7_200_000 });
    const held = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
    expect(world.session.snapshot().expiresAt).toBeUndefined();
    for (const _ of times(10, () => 0)) await world.request();
    expect(world.refreshes).toHaveLength(1);
    // The server still decides.
    world.dead.add('access-2-secret');
    const rejected = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(rejected.value).toMatchObject({ status: 200, token: 'access-3-secret' });
  });

  it.each([7_200_000, -7_200_000])('needs one refresh after the clock was set by %i ms', async (ms) => {
    const world = await signedIn();
    world.clock.jump(ms);
    world.dead.add('access-1-secret');
    const requests = Promise.all(times(3, () => world.request()));
    await world.rest();
    await world.refresh.answer();
    expect((await requests).every(({ status }) => status === 200)).toBe(true);
    await world.request();
    expect(world.refreshes).toHaveLength(1);
  });

  it('sets no timer for tokens that live sixty days', async () => {
    const world = await signedIn({}, tokensNumber(1, { expiresIn: 60 * 24 * 3_600 }));
    expect(world.clock.timers).toBe(0);
    world.clock.jump(50 * 24 * LIFETIME_MS);
    await world.request();
    expect(world.refreshes).toHaveLength(0);
  });

  it('holds the first request after a sleep once', async () => {
    const world = await signedIn();
    world.clock.jump(8 * LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(held.value).toMatchObject({ token: 'access-2-secret' });
    expect(world.refreshes).toHaveLength(1);
  });

  it('serves a request whose refresh the laptop slept through', async () => {
    const world = await expired();
    const held = track(world.request());
    await world.rest();
    world.clock.jump(LIFETIME_MS / 2);
    await world.refresh.answer();
    expect(held.value).toMatchObject({ token: 'access-2-secret' });
  });

  it('waits with a refresh ahead of time for the second half of a life', async () => {
    const world = await signedIn({ refreshAheadMs: 24 * LIFETIME_MS });
    world.clock.jump(LIFETIME_MS / 2 - 5_001);
    await world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(0);
    world.clock.jump(1);
    await world.request();
    await world.rest();
    expect(world.refresh.reason).toBe('ageing');
  });
});
