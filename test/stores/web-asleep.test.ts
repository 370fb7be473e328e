import { IDBFactory, IDBObjectStore, IDBTransaction } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { webStore } from '../../src/stores/web.js';
import { deferred } from '../support/deferred.js';
import { fakePage, type FakePage } from './fake-page.js';
import { recordOf, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

/** The page that `inPage()` makes stores in; the others are in pages of their own. */
let page: FakePage;

beforeEach(() => {
  page = fakePage();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const store = (): ReturnType<typeof webStore<Tokens>> => webStore<Tokens>({ key: 'app.session' });

/** A store in a page that can fall asleep. Somebody listens to it, as a session does. */
function inPage(listener: (...news: unknown[]) => void = () => {}): ReturnType<typeof store> {
  page.enter();
  const made = store();
  made.subscribe?.(listener);
  page.leave();
  return made;
}

const tell: FakePage['tell'] = (...event) => page.tell(...event);

/** Resolves once `then` was called in the middle of the next transaction. */
function inTheMiddle(method: 'get' | 'put', then: () => void): Promise<void> {
  const happened = deferred();
  during(method, () => {
    then();
    happened.resolve();
  });
  return happened.promise;
}

const WAYS: [string, sleep: () => void, wake: () => void][] = [
  ['in the back-forward cache', () => tell('pagehide', true), () => tell('pageshow', true)],
  ['frozen', () => tell('freeze'), () => tell('resume')],
];

/** Calls back in the middle of the next transaction: when it has asked what stands there, or has put something. */
function during(method: 'get' | 'put', then: () => void): void {
  const real = IDBObjectStore.prototype[method];
  vi.spyOn(IDBObjectStore.prototype, method).mockImplementationOnce(function (
    this: IDBObjectStore,
    ...values: unknown[]
  ) {
    queueMicrotask(then);
    return (real as (...given: unknown[]) => IDBRequest).apply(this, values);
  });
}

it.each(WAYS)(
  'lets others write while it sleeps, and makes its own write once awake: %s',
  async (_, sleep, wake) => {
    const [sleeper, other] = [inPage(), store()];
    await other.compareAndSet(null, recordOf('a'));
    const asleep = inTheMiddle('get', sleep);
    const written = sleeper.compareAndSet(recordOf('b', { generation: 2 }), recordOf('c', { generation: 3 }));
    await asleep;
    expect(await other.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }))).toBe(true);
    wake();
    expect(await written).toBe(true);
    expect(await other.read()).toEqual(recordOf('c', { generation: 3 }));
  },
);

it.each(WAYS)('finishes what it has put, however long it sleeps: %s', async (_, sleep) => {
  const [sleeper, other] = [inPage(), store()];
  await other.compareAndSet(null, recordOf('a'));
  during('put', sleep);
  const written = sleeper.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }));
  expect(await written).toBe(true);
  expect(await other.read()).toEqual(recordOf('b', { generation: 2 }));
});

describe('where a browser cannot be told to finish a transaction, as Safari before 15', () => {
  const commit = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'commit')!;

  beforeEach(() => {
    Object.defineProperty(IDBTransaction.prototype, 'commit', { value: undefined, configurable: true });
  });
  afterEach(() => {
    Object.defineProperty(IDBTransaction.prototype, 'commit', commit);
  });

  it.each(WAYS)('makes what it had put once it is awake: %s', async (_, sleep, wake) => {
    const [sleeper, other] = [inPage(), store()];
    await other.compareAndSet(null, recordOf('a'));
    const asleep = inTheMiddle('put', sleep);
    const written = sleeper.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }));
    await asleep;
    expect(await other.read()).toEqual(recordOf('a'));
    wake();
    expect(await written).toBe(true);
    expect(await other.read()).toEqual(recordOf('b', { generation: 2 }));
  });

  it.each(WAYS)('falls asleep between the end of a read and the news of it: %s', async (_, sleep) => {
    const sleeper = inPage();
    await sleeper.compareAndSet(null, recordOf('a'));
    const abort = vi.spyOn(IDBTransaction.prototype, 'abort').mockImplementation(() => {
      throw new DOMException('it is finished', 'InvalidStateError');
    });
    const asleep = inTheMiddle('get', sleep);
    const read = sleeper.read();
    await asleep;
    expect(await read).toEqual(recordOf('a'));
    expect(abort).toHaveBeenCalledTimes(1);
  });
});

it.each(WAYS)('finishes a read that is under way: %s', async (_, sleep) => {
  const sleeper = inPage();
  await sleeper.compareAndSet(null, recordOf('a'));
  const asleep = inTheMiddle('get', sleep);
  const read = sleeper.read();
  await asleep;
  expect(await read).toEqual(recordOf('a'));
});

it.each(WAYS)(
  'gives up a write that it overslept: its caller has been told that it failed: %s',
  async (_, sleep, wake) => {
    const [sleeper, other] = [inPage(), store()];
    await other.compareAndSet(null, recordOf('a'));
    const asleep = inTheMiddle('get', sleep);
    const written = sleeper.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }));
    await asleep;
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 3_600_000);
    wake();
    await expect(written).rejects.toThrow('overslept');
    expect(await other.read()).toEqual(recordOf('a'));
    expect(await sleeper.compareAndSet(recordOf('a'), recordOf('c', { generation: 2 }))).toBe(true);
  },
);

it.each(WAYS)('opens nothing while it sleeps: %s', async (_, sleep, wake) => {
  const sleeper = inPage();
  const open = vi.spyOn(indexedDB, 'open');
  sleep();
  const read = sleeper.read();
  const other = store();
  expect(await other.compareAndSet(null, recordOf('a'))).toBe(true);
  expect(open).toHaveBeenCalledTimes(1);
  wake();
  expect(await read).toEqual(recordOf('a'));
});

it.each(WAYS)(
  'begins nothing on a database that was opened again in its sleep: %s',
  async (_, sleep, wake) => {
    const open = vi.spyOn(indexedDB, 'open');
    const [sleeper, other] = [inPage(), store()];
    await sleeper.compareAndSet(null, recordOf('a'));
    // As Safari does when it hides a page.
    const database = open.mock.results[0]?.value.result as IDBDatabase;
    database.close();
    database.onclose?.(new Event('close'));
    const real = IDBFactory.prototype.open.bind(indexedDB);
    const asleep = deferred();
    open.mockImplementationOnce((...named) => {
      queueMicrotask(() => {
        sleep();
        asleep.resolve();
      });
      return real(...named);
    });
    const read = sleeper.read();
    await asleep.promise;
    const get = vi.spyOn(IDBObjectStore.prototype, 'get');
    expect(await other.compareAndSet(recordOf('a'), recordOf('b', { generation: 2 }))).toBe(true);
    expect(get).toHaveBeenCalledTimes(1);
    wake();
    expect(await read).toEqual(recordOf('b', { generation: 2 }));
  },
);

it.each(WAYS)('begins nothing while it sleeps, and looks again when it wakes: %s', async (_, sleep, wake) => {
  const news: unknown[] = [];
  const sleeper = inPage((...heard) => news.push(heard));
  const other = store();
  const get = vi.spyOn(IDBObjectStore.prototype, 'get');
  sleep();
  sleep();
  const read = sleeper.read();
  await other.compareAndSet(null, recordOf('a'));
  const before = get.mock.calls.length;
  wake();
  expect(news).toEqual([[undefined, true]]);
  expect(await read).toEqual(recordOf('a'));
  expect(get.mock.calls.length).toBe(before + 1);
});

it('is not put to sleep by a page that goes for good', async () => {
  const sleeper = inPage();
  tell('pagehide', false);
  tell('pageshow', false);
  expect(await sleeper.compareAndSet(null, recordOf('a'))).toBe(true);
});
