import { IDBDatabase, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deleteDatabase, done, openDatabase } from '../support/database.js';
import { recordOf, sessionOn, STORES, useFreshDatabase } from './support.js';

useFreshDatabase();

afterEach(() => {
  vi.restoreAllMocks();
});

const first = recordOf('a');
const second = recordOf('b', { generation: 2 });

/** The database that the nth call of `open` led to. */
function opened(open: ReturnType<typeof watchOpening>, index: number): IDBDatabase {
  const request = open.mock.results[index]?.value as IDBOpenDBRequest;
  return request.result;
}

const watchOpening = () => vi.spyOn(indexedDB, 'open');

describe.each(STORES)('a database that goes away under a running page: %s', (_name, store) => {
  it('is opened again after the browser closed it, as Safari does when a page is hidden', async () => {
    const open = watchOpening();
    const one = store();
    await one.compareAndSet(null, first);
    opened(open, 0).close();
    expect(await one.read()).toEqual(first);
    expect(open).toHaveBeenCalledTimes(2);
    opened(open, 1).onclose?.(new Event('close'));
    expect(await one.compareAndSet(first, second)).toBe(true);
    expect(open).toHaveBeenCalledTimes(3);
  });

  it('is not given up for news of an earlier connection', async () => {
    const open = watchOpening();
    const one = store();
    await one.compareAndSet(null, first);
    opened(open, 0).close();
    expect(await one.read()).toEqual(first);
    opened(open, 0).onclose?.(new Event('close'));
    expect(await one.read()).toEqual(first);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('is opened again when a connection was lost without a word', async () => {
    const open = watchOpening();
    const one = store();
    await one.compareAndSet(null, first);
    const lost = opened(open, 0);
    const begin = lost.transaction.bind(lost);
    lost.transaction = (...values: Parameters<typeof begin>) => {
      const transaction = begin(...values);
      transaction.abort();
      return transaction;
    };
    expect(await one.read()).toEqual(first);
    expect(open).toHaveBeenCalledTimes(2);
    expect(await one.compareAndSet(first, second)).toBe(true);
  });

  it('makes way for a page that deletes it, and begins anew', async () => {
    const one = store();
    await one.compareAndSet(null, first);
    await deleteDatabase();
    expect(await one.read()).toBeNull();
    expect(await one.compareAndSet(null, second)).toBe(true);
    expect(await one.read()).toEqual(second);
  });

  it('makes way for a page that upgrades it, and goes on in the later version', async () => {
    const one = store();
    await one.compareAndSet(null, first);
    const request = indexedDB.open('holdfast', 7);
    const blocked = vi.fn<() => void>();
    request.addEventListener('blocked', blocked);
    (await done(request)).close();
    expect(blocked).not.toHaveBeenCalled();
    expect(await one.read()).toEqual(first);
    expect(await one.compareAndSet(first, second)).toBe(true);
    expect((await done(indexedDB.open('holdfast'))).version).toBe(7);
  });

  it('gets the table that somebody else left out', async () => {
    const bare = await done(indexedDB.open('holdfast'));
    expect([...bare.objectStoreNames]).toEqual([]);
    const [one, other] = [store(), store()];
    bare.addEventListener('versionchange', () => bare.close());
    expect(await Promise.all([one.read(), other.read()])).toEqual([null, null]);
    expect(await one.compareAndSet(null, first)).toBe(true);
    expect(await other.read()).toEqual(first);
  });

  it('is awaited where a deletion is still held up, and then begun anew', async () => {
    const stubborn = await openDatabase();
    const deleted = done(indexedDB.deleteDatabase('holdfast'));
    const session = sessionOn(store());
    const signedIn = session.signIn({ accessToken: 'a' });
    stubborn.close();
    await deleted;
    await signedIn;
    expect(session.snapshot().status).toBe('signed-in');
    expect(session.history().filter(({ type }) => type === 'store-failed')).toEqual([]);
  });

  it('keeps nobody out when it is let in late', async () => {
    const stubborn = await done(indexedDB.open('holdfast'));
    const open = watchOpening();
    const one = store();
    // Without its table it has to be upgraded, which the other page holds up.
    expect(await one.read()).toBeNull();
    expect(open).toHaveBeenCalledTimes(2);
    const late = done(open.mock.results[1]?.value as IDBOpenDBRequest);
    stubborn.close();
    await expect(late.then((database) => database.transaction('records'))).rejects.toMatchObject({
      name: 'InvalidStateError',
    });
    expect(await store().read()).toBeNull();
  });

  it('rejects while it cannot be opened again, and goes on when it can', async () => {
    const open = watchOpening();
    const one = store();
    await one.compareAndSet(null, first);
    opened(open, 0).close();
    open.mockImplementation(() => {
      const request: { onblocked?: () => void } = {};
      queueMicrotask(() => request.onblocked?.());
      return request as unknown as IDBOpenDBRequest;
    });
    await expect(one.read()).rejects.toThrow('blocked');
    open.mockRestore();
    expect(await one.read()).toEqual(first);
    expect(await one.compareAndSet(first, second)).toBe(true);
  });

  it('rejects what it cannot write, and writes again when it can', async () => {
    const one = store();
    await one.compareAndSet(null, first);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(one.compareAndSet(first, second)).rejects.toMatchObject({ name: 'QuotaExceededError' });
    expect(await one.read()).toEqual(first);
    expect(await one.compareAndSet(first, second)).toBe(true);
    expect(await one.read()).toEqual(second);
  });

  it('rejects where nothing helps', async () => {
    const one = store();
    await one.compareAndSet(null, first);
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('gone', 'InvalidStateError');
    });
    await expect(one.read()).rejects.toMatchObject({ name: 'InvalidStateError' });
  });
});
