import { beforeEach, describe, expect, it, vi } from 'vitest';
import { webStore } from '../../src/stores/web.js';
import { deferred } from '../support/deferred.js';
import { fakeLocks, type FakeLocks } from './fake-locks.js';
import { refreshAtOnce, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

const store = (): ReturnType<typeof webStore<Tokens>> => webStore<Tokens>({ key: 'app.session' });

let locks: FakeLocks;

describe('where there are Web Locks', () => {
  beforeEach(() => {
    locks = fakeLocks();
    vi.stubGlobal('navigator', { locks: locks.tab() });
  });

  it('runs one task at a time for the same claim, and gives back its result', async () => {
    const [here, there] = [store(), store()];
    const ran: string[] = [];
    const finished = deferred();
    const { signal } = new AbortController();
    const first = here.exclusive?.(1, () => finished.promise.then(() => ran.push('first')), { signal });
    const second = there.exclusive?.(1, () => Promise.resolve(ran.push('second')), { signal });
    const other = there.exclusive?.(2, () => Promise.resolve(ran.push('other claim')), { signal });
    expect(await other).toBe(1);
    finished.resolve();
    expect([await first, await second]).toEqual([2, 3]);
    expect(ran).toEqual(['other claim', 'first', 'second']);
    expect(new Set(locks.granted)).toEqual(new Set(['holdfast:app.session#1', 'holdfast:app.session#2']));
  });

  it('stops waiting when its signal aborts', async () => {
    const one = store();
    const controller = new AbortController();
    void one.exclusive?.(1, () => new Promise(() => {}), { signal: new AbortController().signal });
    const waiting = one.exclusive?.(1, () => expect.unreachable(), { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refreshes once for two sessions, each claim under its own lock', async () => {
    expect(await refreshAtOnce(store)).toEqual({ got: ['refreshed 1', 'refreshed 1'], refreshes: 1 });
    expect(locks.granted.length).toBeGreaterThan(0);
  });
});

describe('where there are none', () => {
  it.each([undefined, {}])('a store declares no `exclusive`: navigator is %j', (navigator) => {
    vi.stubGlobal('navigator', navigator);
    expect(store()).not.toHaveProperty('exclusive');
  });
});
