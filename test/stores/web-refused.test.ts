import { describe, expect, it, vi } from 'vitest';
import { webStore } from '../../src/stores/web.js';
import { plant } from '../support/database.js';
import { listenTo, problemsOf, recordOf, sessionOn, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

const store = (): ReturnType<typeof webStore<Tokens>> => webStore<Tokens>({ key: 'app.session' });

function refusing(open: () => IDBOpenDBRequest): void {
  vi.stubGlobal('indexedDB', { open });
}

/** An open request that ends in one event. */
function ending(type: 'error' | 'blocked', error: DOMException | null = null): () => IDBOpenDBRequest {
  return () => {
    const request: Record<string, unknown> & { error: DOMException | null } = { error };
    queueMicrotask(() => (request[`on${type}`] as () => void)());
    return request as unknown as IDBOpenDBRequest;
  };
}

describe('storage-refuses', () => {
  const WAYS: [string, () => void][] = [
    ['there is no IndexedDB', () => vi.stubGlobal('indexedDB', undefined)],
    [
      'opening it throws a SecurityError',
      () =>
        refusing(() => {
          throw new DOMException('denied', 'SecurityError');
        }),
    ],
    [
      'merely naming it throws',
      () =>
        Object.defineProperty(globalThis, 'indexedDB', {
          configurable: true,
          get() {
            throw new DOMException('denied', 'SecurityError');
          },
        }),
    ],
    ['it fails to open', () => refusing(ending('error', new DOMException('broken', 'UnknownError')))],
    ['it fails to open without a word', () => refusing(ending('error'))],
    ['somebody blocks it', () => refusing(ending('blocked'))],
  ];

  it.each(WAYS)('works in memory, and says so once: %s', async (_, refuse) => {
    refuse();
    const session = sessionOn(store());
    await session.ready;
    expect(session.snapshot().status).toBe('signed-out');
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    expect((await session.refresh()).accessToken).toBe('refreshed');
    expect(session.snapshot().status).toBe('signed-in');
    expect(problemsOf(session)).toEqual([expect.stringMatching(/IndexedDB cannot be used here/)]);
    await session.signOut();
    expect(session.current()).toBeNull();
  });

  it('stays in memory: half here and half there would be worse', async () => {
    const working = indexedDB;
    vi.stubGlobal('indexedDB', undefined);
    const one = store();
    const { told } = listenTo(one);
    expect(await one.compareAndSet(null, recordOf('a'))).toBe(true);
    vi.stubGlobal('indexedDB', working);
    expect(await one.read()).toEqual(recordOf('a'));
    expect(await store().read()).toBeNull();
    expect(told).toHaveLength(1);
  });

  it('does not lose a session to a database that fails later', async () => {
    await plant('app.session', { format: 1, record: recordOf('a') });
    const open = vi.spyOn(indexedDB, 'open');
    const one = store();
    const session = sessionOn(one);
    await session.ready;
    const request = open.mock.results[0]?.value as IDBOpenDBRequest;
    request.result.close();
    open.mockImplementation(ending('error', new DOMException('lost', 'UnknownError')));
    await expect(one.read()).rejects.toMatchObject({ name: 'UnknownError' });
    expect(session.current()).toEqual({ accessToken: 'a' });
    open.mockRestore();
    expect(await one.read()).toEqual(recordOf('a'));
  });
});
