import { IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, it, vi, type MockInstance } from 'vitest';
import { problemsOf, recordOf, sessionOn, STORES, useFreshDatabase } from './support.js';

useFreshDatabase();

function fillDisk(): MockInstance {
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
}

describe.each(STORES)('a disk that is full: %s', (_name, store) => {
  it('goes on in memory, and says so', async () => {
    const session = sessionOn(store());
    await session.ready;
    const put = fillDisk();
    await session.signIn({ accessToken: 'a' });
    expect(session.current()).toEqual({ accessToken: 'a' });
    expect(problemsOf(session)).toEqual([expect.stringMatching(/QuotaExceededError/)]);
    expect(await session.refresh()).toEqual({ accessToken: 'refreshed' });
    await session.signOut();
    expect(session.snapshot()).toMatchObject({ status: 'signed-out' });
    expect(problemsOf(session)).toHaveLength(1);
    put.mockRestore();
  });

  it('stays with the other tabs where they have the tokens too, which must not be spent unseen', async () => {
    const one = store();
    await one.compareAndSet(null, recordOf('a'));
    const put = fillDisk();
    const claim = recordOf('a', { fence: 1, claim: { fence: 1, claimedAt: 1, until: 2, locked: false } });
    await expect(one.compareAndSet(recordOf('a'), claim)).rejects.toMatchObject({
      name: 'QuotaExceededError',
    });
    put.mockRestore();
    expect(await one.compareAndSet(recordOf('a'), claim)).toBe(true);
    expect(await store().read()).toEqual(claim);
  });
});
