import { describe, expect, it } from 'vitest';
import { plainAbortController } from '../../src/session/platform/abort-controller.js';
import { expired, LIFETIME_MS, passDeadline, setUp, signedIn, times, tokensNumber, track } from './set-up.js';

describe('a refresh that asks through the guarded client after an await', () => {
  const wrappings: [string, (signal: AbortSignal) => AbortSignal][] = [
    ['AbortSignal.any', (signal) => AbortSignal.any([signal])],
    ['a Request', (signal) => new Request('https://api.example.com/refresh', { signal }).signal],
    [
      'a controller of its own',
      (signal) => {
        const controller = new AbortController();
        signal.addEventListener('abort', () => controller.abort(signal.reason));
        return controller.signal;
      },
    ],
  ];

  it.each(wrappings)('with its signal wrapped by %s is told what went wrong', async (_, wrap) => {
    const world = await expired({
      refresh: async (__, { signal }) => {
        await Promise.resolve();
        await world.session.guard(() => ({ status: 200 }), { signal: wrap(signal) });
        return tokensNumber(2);
      },
    });
    const held = times(3, () => track(world.request()));
    await passDeadline(world);
    for (const { reason } of held) {
      expect(reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
      expect((reason as Error).message).toMatch(/held for this very refresh.*`session: { skip: true }`/);
    }
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'refresh-failed', error: 'RefreshWaitedForItself' }),
    );
    expect(world.session.snapshot()).toMatchObject({ held: 0, pending: 0 });
  });

  it('with its signal as it came passes through', async () => {
    const world = await expired({
      refresh: async (_, { signal }) => {
        await Promise.resolve();
        const { status } = await world.session.guard(() => ({ status: 200 }), { signal });
        return tokensNumber(status);
      },
    });
    expect(await world.request()).toMatchObject({ token: 'access-200-secret' });
  });

  it('is not blamed for the callers who leave at its deadline by themselves', async () => {
    const world = await expired();
    const controller = new AbortController();
    const left = track(world.request({ signal: controller.signal }));
    const stays = track(world.request());
    await world.rest();
    controller.abort(new Error('left'));
    await passDeadline(world);
    expect(left.reason).toEqual(new Error('left'));
    expect((stays.reason as Error).message).toContain('its answer never came');
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'refresh-failed', error: 'RefreshTimeout' }),
    );
  });
});

describe('a refresh that never settles', () => {
  it('keeps no timer once somebody signed out', async () => {
    const world = await expired();
    const held = track(world.request());
    await world.rest();
    expect(world.clock.timers).toBeGreaterThan(0);
    await world.session.signOut();
    world.session.close();
    await world.rest();
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.clock.timers).toBe(0);
  });

  it('is still taken when it settles after all, unless somebody signed out', async () => {
    const world = await expired();
    void track(world.request());
    await world.rest();
    const { refresh } = world;
    await world.session.signOut();
    await refresh.answer();
    expect(world.session.current()).toBeNull();
  });
});

describe('after close()', () => {
  it('tokens that serve go on serving, and new ones are still fetched and stored', async () => {
    const world = await signedIn();
    world.session.close();
    world.session.close();
    expect(await world.request()).toMatchObject({ status: 200 });
    world.clock.jump(LIFETIME_MS);
    const request = world.request();
    await world.rest();
    await world.refresh.answer();
    expect(await request).toMatchObject({ token: 'access-2-secret' });
    await world.session.signOut();
    expect(world.session.current()).toBeNull();
    expect(world.clock.timers).toBe(0);
  });
});

describe('a signal without a reason', () => {
  /** As polyfills of AbortController make it. */
  function reasonless() {
    const { signal, abort } = plainAbortController();
    const bare = {
      get aborted() {
        return signal.aborted;
      },
      addEventListener: signal.addEventListener,
      removeEventListener: signal.removeEventListener,
    };
    return { signal: bare as unknown as AbortSignal, abort: () => abort() };
  }

  it('rejects with an AbortError, before, while and after it waits', async () => {
    const early = reasonless();
    early.abort();
    const world = setUp();
    await expect(world.request({ signal: early.signal })).rejects.toMatchObject({ name: 'AbortError' });

    const waiting = await expired();
    const { signal, abort } = reasonless();
    const held = track(waiting.request({ signal }));
    const tokens = track(waiting.session.tokens({ signal }));
    await waiting.rest();
    abort();
    await waiting.rest();
    expect(held.reason).toMatchObject({ name: 'AbortError' });
    expect(tokens.reason).toMatchObject({ name: 'AbortError' });
    await expect(waiting.session.refresh({ signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('rejects with an AbortError while tokens of a reply are stored', async () => {
    const world = await signedIn();
    const { signal, abort } = reasonless();
    const request = track(
      world.request({
        signal,
        renewedBy() {
          abort();
          return 'access-2-secret';
        },
      }),
    );
    await world.rest();
    expect(request.reason).toMatchObject({ name: 'AbortError' });
  });
});
