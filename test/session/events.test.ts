import { describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import {
  expired,
  LIFETIME_MS,
  REFUSED,
  refreshAhead,
  setUp,
  signedIn,
  times,
  tokensNumber,
  track,
  type Tokens,
} from './set-up.js';

describe('events', () => {
  it('tell a refresh, what it held, and how long it took', async () => {
    const world = await expired();
    track(world.request({ tag: 'GET /orders' }));
    track(world.request());
    await world.rest();
    const at = world.clock.now();
    await world.clock.advance(60);
    await world.refresh.answer();
    const { generation } = world.session.snapshot();
    expect(world.events).toEqual([
      { type: 'held', tag: 'GET /orders', at },
      { type: 'held', at },
      { type: 'refresh-started', reason: 'expired', attempt: 1, at },
      { type: 'refreshed', generation, held: 2, durationMs: 60, at: at + 60 },
      { type: 'released', tag: 'GET /orders', at: at + 60 },
      { type: 'released', at: at + 60 },
    ]);
  });

  it('tell a replay by its tag', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    track(world.request({ tag: 'GET /orders' }));
    await world.rest();
    await world.refresh.answer();
    const types = ['held', 'refresh-started', 'refreshed', 'released', 'replayed'];
    expect(world.events.map(({ type }) => type).sort()).toEqual(types.sort());
    expect(world.events.at(-1)).toMatchObject({ type: 'replayed', tag: 'GET /orders' });
  });

  it('reach every listener, also when one of them throws', async () => {
    const world = await expired();
    const calls: string[] = [];
    world.session.on('refresh-started', () => {
      throw new RangeError('broken');
    });
    world.session.on('refresh-started', () => calls.push('second'));
    world.session.on('listener-failed', () => {
      calls.push('told');
      throw new Error('broken too');
    });
    track(world.request());
    await world.rest();
    expect(calls).toEqual(['told', 'second']);
    expect(world.session.history().filter(({ type }) => type === 'listener-failed')).toMatchObject([
      { problem: 'RangeError' },
    ]);
    await world.refresh.answer();
    expect(await world.request()).toMatchObject({ status: 200 });
  });

  it('reach a listener until it is undone, once for each time it was given', async () => {
    const { session } = setUp();
    const listener = vi.fn<() => void>();
    const undo = session.on('signed-in', listener);
    const undoSecond = session.on('signed-in', listener);
    await session.signIn(tokensNumber(1));
    expect(listener).toHaveBeenCalledTimes(2);
    undo();
    undo();
    await session.signIn(tokensNumber(2));
    expect(listener).toHaveBeenCalledTimes(3);
    undoSecond();
    await session.signIn(tokensNumber(3));
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('are kept, the last hundred of them, without those of single requests', async () => {
    const world = await signedIn();
    for (const n of times(120, (index) => index)) await world.session.signIn(tokensNumber(n));
    world.clock.jump(LIFETIME_MS);
    track(world.request());
    await world.rest();
    const history = world.session.history();
    expect(history).toHaveLength(100);
    expect(history.at(-1)).toMatchObject({ type: 'refresh-started' });
    expect(history.filter(({ type }) => type === 'held')).toEqual([]);
    history.length = 0;
    expect(world.session.history()).toHaveLength(100);
  });

  it('name what a failed refresh threw, and its status', async () => {
    const world = await expired();
    track(world.request({ background: true }));
    await world.rest();
    await world.refresh.fail(
      Object.assign(new Error('secret'), {
        name: 'AxiosError',
        code: 'ERR_BAD_RESPONSE',
        response: { status: 503 },
      }),
    );
    expect(world.events.at(-1)).toMatchObject({
      type: 'refresh-failed',
      kind: 'unavailable',
      error: 'AxiosError (ERR_BAD_RESPONSE)',
      status: 503,
    });
  });
});

describe('a warning of a client', () => {
  it('is an event that is kept, and a line on the console', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { session } = await signedIn();
    session.warn('origins', 'none is known');
    expect(session.history().at(-1)).toMatchObject({
      type: 'warning',
      option: 'origins',
      problem: 'none is known',
    });
    expect(warn).toHaveBeenCalledExactlyOnceWith('Holdfast: origins: none is known.');
    warn.mockRestore();
  });

  it('is an event alone where there is no console', async () => {
    const { session } = await signedIn();
    vi.stubGlobal('console', undefined);
    session.warn('origins', 'none is known');
    vi.unstubAllGlobals();
    expect(session.history().at(-1)).toMatchObject({ type: 'warning' });
  });
});

describe('the snapshot', () => {
  it('is the same object until something changes, and frozen', async () => {
    const world = await signedIn();
    const before = world.session.snapshot();
    expect(world.session.snapshot()).toBe(before);
    expect(Object.isFrozen(before)).toBe(true);
    await world.request();
    // Something changed, and changed back.
    expect(world.session.snapshot()).toBe(before);
    await world.session.signOut();
    expect(world.session.snapshot()).not.toBe(before);
  });

  it('is the same object while the same failure stands', async () => {
    const world = await expired();
    const fail = async (error: unknown) => {
      track(world.request({ background: true }));
      await world.rest();
      await world.refresh.fail(error);
      return world.session.snapshot();
    };
    const first = await fail({ status: 503 });
    expect(await fail({ status: 500 })).toBe(first);
    const other = await fail({ status: 429 });
    expect(other.failure).toEqual({ kind: 'throttled' });
    const cool = await fail({ status: 429, headers: { 'retry-after': '60' } });
    expect(cool.failure).toEqual({ kind: 'throttled', retryAt: world.clock.now() + 60_000 });
  });

  it('counts requests that are not settled, and not those in the background', async () => {
    const world = await signedIn();
    const slow = world.slowRequest();
    const background = world.slowRequest({ background: true });
    expect(world.session.snapshot()).toMatchObject({ pending: 1, held: 0 });
    slow.answer();
    background.answer();
    await Promise.all([slow.reply, background.reply]);
    expect(world.session.snapshot().pending).toBe(0);
  });

  it('has a generation that rises with every change of tokens', async () => {
    const world = await signedIn();
    const generations = [world.session.snapshot().generation];
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    await forced;
    generations.push(world.session.snapshot().generation);
    await world.session.signOut();
    generations.push(world.session.snapshot().generation);
    await world.session.signIn(tokensNumber(3));
    generations.push(world.session.snapshot().generation);
    expect(new Set(generations).size).toBe(4);
    expect([...generations].sort((a, b) => a - b)).toEqual(generations);
  });

  it('knows no expiry where only the server does', async () => {
    const { session } = await signedIn({ expiresAt: () => undefined });
    expect(session.snapshot().expiresAt).toBeUndefined();
  });
});

describe('subscribe()', () => {
  it('tells once of all that changes in one go', async () => {
    const world = await expired();
    const listener = vi.fn<() => void>();
    world.session.subscribe(listener);
    const requests = Promise.all(times(1_000, () => world.request()));
    await Promise.resolve();
    await Promise.resolve();
    expect(listener.mock.calls.length).toBeLessThan(5);
    await world.rest();
    await world.refresh.answer();
    await requests;
    expect(listener.mock.calls.length).toBeLessThan(50);
  });

  it('stops at its undo, and keeps the same function that was given twice', async () => {
    const { session, rest } = setUp();
    const listener = vi.fn<() => void>();
    const undo = session.subscribe(listener);
    session.subscribe(listener);
    undo();
    await session.signIn(tokensNumber(1));
    await rest();
    expect(listener).toHaveBeenCalled();
    const { length } = listener.mock.calls;
    listener.mockClear();
    await session.signOut();
    await rest();
    expect(listener.mock.calls.length).toBeGreaterThan(0);
    expect(length).toBeGreaterThan(0);
  });

  it('survives a listener that throws', async () => {
    const world = await signedIn();
    const listener = vi.fn<() => void>();
    world.session.subscribe(() => {
      throw new TypeError('broken');
    });
    world.session.subscribe(listener);
    await world.session.signOut();
    await world.rest();
    expect(listener).toHaveBeenCalled();
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'listener-failed', problem: 'TypeError' }),
    );
  });
});

describe('reading an expiry', () => {
  it('asks the user function once a generation', async () => {
    const expiresAt = vi.fn<(tokens: Tokens, receivedAt: number) => number>(
      (_, receivedAt) => receivedAt + LIFETIME_MS,
    );
    const world = await signedIn({ expiresAt, store: memoryStore() });
    const { length } = expiresAt.mock.calls;
    for (let n = 0; n < 5; n++) await world.request();
    await refreshAhead(world);
    expect(expiresAt.mock.calls.length).toBe(length);
    await world.refresh.fail(REFUSED);
    expect(world.session.snapshot().expiresAt).toBeUndefined();
  });

  it('knows nothing of tokens that the user function stumbles over', async () => {
    const world = await signedIn({
      expiresAt() {
        throw new Error('broken');
      },
    });
    expect(await world.request()).toMatchObject({ status: 200 });
    expect(world.session.snapshot().expiresAt).toBeUndefined();
  });
});
