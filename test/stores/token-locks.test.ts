import { describe, expect, it, vi } from 'vitest';
import { tokenLocks, type TokenLocks } from '../../src/stores/tabs/token-locks.js';
import { fakeLocks } from './fake-locks.js';

describe('who has the tokens of a write', () => {
  it('is told by a lock that all who have them share, and that goes with its page', async () => {
    const origin = fakeLocks();
    const [one, other, third] = [origin.tab(), origin.tab(), origin.tab()];
    const [here, there, asking] = [one, other, third].map((locks) => tokenLocks('s', locks)) as [
      TokenLocks,
      TokenLocks,
      TokenLocks,
    ];
    expect(await asking.isShared('w')).toBe(false);
    const unlock = await here.share('w');
    await there.share('w');
    expect(await asking.isShared('w')).toBe(true);
    expect(await asking.isShared('another')).toBe(false);
    unlock();
    expect(await asking.isShared('w')).toBe(true);
    other.die();
    expect(await asking.isShared('w')).toBe(false);
  });

  it('counts who is about to have it', async () => {
    const locks = { query: () => Promise.resolve({ held: [], pending: [{ name: 's!w' }] }) };
    expect(await tokenLocks('s', locks as unknown as LockManager).isShared('w')).toBe(true);
  });

  it('needs no list of who is about to have it', async () => {
    const locks = { query: () => Promise.resolve({ held: [{ name: 's!w' }] }) };
    const asking = tokenLocks('s', locks as unknown as LockManager);
    expect([await asking.isShared('w'), await asking.isShared('another')]).toEqual([true, false]);
  });

  it.each([
    ['there are no locks', undefined],
    [
      'the lock service fails',
      {
        request: () => Promise.reject(new DOMException('no', 'SecurityError')),
        query: () => Promise.reject(new DOMException('no', 'SecurityError')),
      },
    ],
    [
      'it tells nothing',
      { request: () => Promise.reject(new Error('no')), query: () => Promise.resolve({}) },
    ],
  ])('is told by nobody where %s', async (_what, locks) => {
    const asking = tokenLocks('s', locks);
    const unlock = await asking.share('w');
    unlock();
    expect(await asking.isShared('w')).toBeUndefined();
  });

  it('is looked up where the page has its locks', async () => {
    const locks = fakeLocks().tab();
    vi.stubGlobal('navigator', { locks });
    const asking = tokenLocks('s');
    await asking.share('w');
    expect(await locks.query()).toMatchObject({ held: [{ name: 's!w', mode: 'shared' }] });
    vi.unstubAllGlobals();
  });
});
