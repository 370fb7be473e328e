import axios, { isAxiosError, isCancel, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it, vi } from 'vitest';
import { guardFetch } from '../../src/clients/fetch.js';
import { envelope } from '../../src/index.js';
import { deferred } from '../support/deferred.js';
import { guardedAxios } from './support/guarded.js';
import { failureOf, overFetch, SUBJECTS } from './support/subjects.js';
import { createWorld } from './support/world.js';

describe.each(SUBJECTS)('abort, $name', ({ make }) => {
  it('abort-while-held, abort-first-caller: frees that caller at once and nobody else', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const gate = world.hold('/auth/refresh');
    const controller = new AbortController();
    world.expire();
    const first = failureOf(client('/api/echo', { signal: controller.signal }));
    const second = client('/api/echo');
    await gate.waiting(1);
    controller.abort();
    // The refresh is still held: nothing but the abort can have settled it.
    expect(await first).toMatchObject({ name: expect.stringMatching(/AbortError|CanceledError/) });
    gate.open();
    expect((await second).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 1, served: 1 });
  });

  it('abort-all: the new tokens are stored all the same', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const gate = world.hold('/auth/refresh');
    const refreshed = deferred<unknown>();
    world.session.on('refreshed', refreshed.resolve);
    const { signal, abort } = aborter();
    const before = world.session.current();
    world.expire();
    const failures = [1, 2, 3].map(() => failureOf(client('/api/echo', { signal })));
    await gate.waiting(1);
    abort();
    await Promise.all(failures);
    gate.open();
    await refreshed.promise;
    expect(world.session.current()?.accessToken).not.toBe(before?.accessToken);
    expect(world.sends).toEqual([]);
  });

  it('abort-before-replay: is not sent again', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const gate = world.hold('/auth/refresh');
    const { signal, abort } = aborter();
    world.server.revokeAccess();
    const failure = failureOf(client('/api/echo', { signal }));
    await gate.waiting(1);
    abort();
    await failure;
    gate.open();
    expect((await client('/api/echo?after')).status).toBe(200);
    expect(world.sends.map(({ url }) => url)).toEqual(['/api/echo', '/api/echo?after']);
  });

  it('aborts what is on its way', async () => {
    const world = await createWorld();
    const gate = world.hold('/api/echo');
    const { signal, abort } = aborter();
    const failure = failureOf(make(world.origin, world.session)('/api/echo', { signal }));
    await gate.waiting(1);
    abort();
    expect(await failure).toMatchObject({ name: expect.stringMatching(/AbortError|CanceledError/) });
    gate.open();
  });

  it('already-aborted: nothing is sent', async () => {
    const world = await createWorld();
    const { signal, abort } = aborter();
    abort();
    world.expire();
    await failureOf(make(world.origin, world.session)('/api/echo', { signal }));
    expect(world.arrivals).toEqual([]);
  });
});

function aborter(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

describe('abort through axios', () => {
  it('abort-while-held: gives what axios gives for its own signal', async () => {
    const world = await createWorld();
    const gate = world.hold('/auth/refresh');
    const { signal, abort } = aborter();
    world.expire();
    const failure = failureOf(guardedAxios(world).get('/api/echo', { signal }));
    await gate.waiting(1);
    abort();
    expect(isCancel(await failure)).toBe(true);
    gate.open();
  });

  it('abort-while-held: gives the old cancel token’s own reason', async () => {
    const world = await createWorld();
    const gate = world.hold('/auth/refresh');
    const { token: cancelToken, cancel } = axios.CancelToken.source();
    world.expire();
    const failure = failureOf(guardedAxios(world).get('/api/echo', { cancelToken }));
    await gate.waiting(1);
    cancel('the user left');
    const reason = await failure;
    expect(isCancel(reason)).toBe(true);
    expect(reason).toMatchObject({ message: 'the user left' });
    gate.open();
  });

  it('abort-while-held: listens to a signal beside a cancel token', async () => {
    const world = await createWorld();
    const gate = world.hold('/auth/refresh');
    const { token: cancelToken } = axios.CancelToken.source();
    const { signal, abort } = aborter();
    world.expire();
    const failure = failureOf(guardedAxios(world).get('/api/echo', { cancelToken, signal }));
    await gate.waiting(1);
    abort();
    expect(isCancel(await failure)).toBe(true);
    gate.open();
  });

  it('abort-leaves-nothing: requests on one cancel token leave no listener behind', async () => {
    const world = await createWorld();
    const client = guardedAxios(world);
    const { token: cancelToken } = axios.CancelToken.source();
    const subscribe = vi.spyOn(cancelToken as unknown as Record<string, () => void>, 'subscribe');
    const unsubscribe = vi.spyOn(cancelToken as unknown as Record<string, () => void>, 'unsubscribe');
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 5 }, () => client.get('/api/echo', { cancelToken, signal })));
    expect(subscribe.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(new Set(unsubscribe.mock.calls.flat())).toEqual(new Set(subscribe.mock.calls.flat()));
  });

  it('timeout-per-attempt: the hold does not count, since an attempt begins with its own timeout', async () => {
    const world = await createWorld();
    const timeouts: unknown[] = [];
    const client = guardedAxios(world, {
      timeout: 40,
      adapter: (config: InternalAxiosRequestConfig) => {
        timeouts.push(config.timeout);
        return Promise.resolve({ data: '', status: 200, statusText: '', headers: {}, config });
      },
    });
    const gate = world.hold('/auth/refresh');
    world.expire();
    const held = client.get('/api/echo');
    await gate.waiting(1);
    world.clock.jump(1_000);
    expect(timeouts).toEqual([]);
    gate.open();
    expect((await held).status).toBe(200);
    expect(timeouts).toEqual([40]);
  });

  it('timeout-per-attempt: an attempt that takes too long fails as it does in axios', async () => {
    const world = await createWorld();
    const gate = world.hold('/api/echo');
    const failure = await failureOf(guardedAxios(world, { timeout: 40 }).get('/api/echo'));
    expect(isAxiosError(failure) && failure.code).toBe('ECONNABORTED');
    gate.open();
  });
});

describe('abort through fetch', () => {
  it('frees its caller while the judge still reads', async () => {
    const world = await createWorld();
    const controller = new AbortController();
    const reading = deferred();
    const body = new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode('{"code":')),
      pull: () => reading.resolve(),
    });
    const client = guardFetch(world.session, {
      origins: [world.origin],
      judge: envelope({ code: 'code', refresh: [1] }),
      // It does not heed its signal.
      fetch: () => Promise.resolve(new Response(body)),
    });
    const failure = failureOf(client(`${world.origin}/api/echo`, { signal: controller.signal }));
    await reading.promise;
    const reason = new Error('the user left');
    controller.abort(reason);
    expect(await failure).toBe(reason);
  });

  it('abort-while-held: gives the caller’s own reason', async () => {
    const world = await createWorld();
    const gate = world.hold('/auth/refresh');
    const controller = new AbortController();
    world.expire();
    const client = overFetch.make(world.origin, world.session);
    const failure = failureOf(client('/api/echo', { signal: controller.signal }));
    await gate.waiting(1);
    const reason = new Error('the user left');
    controller.abort(reason);
    expect(await failure).toBe(reason);
    gate.open();
  });
});
