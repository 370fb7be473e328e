import { describe, expect, it, vi } from 'vitest';
import { tabsStore } from '../../src/stores/tabs.js';
import { KEY, problemsOf, sessionOn } from './support.js';
import { store, useTabs } from './tabs-stage.js';

useTabs();

describe('where something is missing', () => {
  it.each([
    ['IndexedDB', () => vi.stubGlobal('indexedDB', undefined)],
    ['BroadcastChannel', () => vi.stubGlobal('BroadcastChannel', undefined)],
  ])('the session is kept for its page alone, and it says so once: no %s', async (what, remove) => {
    remove();
    const one = store();
    const [session, beside] = [sessionOn(one), sessionOn(one)];
    await session.ready;
    expect(session.snapshot().status).toBe('signed-out');
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    expect((await session.refresh()).accessToken).toBe('refreshed');
    expect(beside.current()).toEqual(session.current());
    expect(problemsOf(session)).toEqual([expect.stringContaining(`${what} cannot be used here`)]);
    await session.signOut();
    expect(session.current()).toBeNull();
  });

  it('a store declares no `exclusive` without Web Locks, and one for each claim with them', async () => {
    vi.stubGlobal('navigator', {});
    expect(store()).not.toHaveProperty('exclusive');
    const requested: string[] = [];
    const request = (name: string, _options: object, task: () => unknown): unknown => {
      requested.push(name);
      return task();
    };
    vi.stubGlobal('navigator', { locks: { request } });
    const { signal } = new AbortController();
    expect(await store().exclusive?.(7, () => Promise.resolve('done'), { signal })).toBe('done');
    expect(requested).toEqual([`holdfast-tabs:${KEY}#7`]);
  });

  it('a key that is none is refused', () => {
    for (const key of ['', undefined, 7]) {
      expect(() => tabsStore({ key: key as string })).toThrow(/tabsStore\(\{ key \}\): expected a name/);
    }
  });
});
