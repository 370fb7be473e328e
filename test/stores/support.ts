import { sharedStore } from '../../src/sharing/shared-store.js';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, vi } from 'vitest';
import { createSession, type Session, type SessionOptions } from '../../src/index.js';
import type { SessionRecord } from '../../src/session/record.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock } from '../../src/testing/index.js';

export type Tokens = { accessToken: string; refreshToken?: string };
export type Record = SessionRecord<Tokens>;

/** A browser of its own for each test: an empty IndexedDB. */
export function useFreshDatabase(): void {
  beforeEach(() => {
    vi.stubGlobal('indexedDB', new IDBFactory());
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
}

export function recordOf(accessToken: string, version: Partial<Record> = {}): Record {
  return {
    tokens: { accessToken },
    generation: 1,
    epoch: 1,
    requestedAt: 1,
    fence: 0,
    claim: null,
    ...version,
  };
}

/** What a store tells its listeners, and the listeners gone at the end of the test. */
export function listenTo(store: TokenStore<Tokens>): {
  told: (string | undefined)[];
  next: () => Promise<void>;
} {
  const told: (string | undefined)[] = [];
  const waiting: (() => void)[] = [];
  undos.push(
    store.subscribe?.((problem) => {
      told.push(problem);
      for (const go of waiting.splice(0)) go();
    }),
  );
  return { told, next: () => new Promise((resolve) => waiting.push(resolve)) };
}

const undos: ((() => void) | undefined)[] = [];

export function sessionOn(
  store: TokenStore<Tokens>,
  options: Partial<SessionOptions<Tokens>> = {},
): Session<Tokens> {
  const session = createSession<Tokens>({
    clock: manualClock(),
    store: sharedStore(store),
    refresh: () => ({ accessToken: 'refreshed' }),
    ...options,
  });
  undos.push(() => session.close());
  return session;
}

/** Two sessions that are refused the same tokens at once: what each gets, and how often it was refreshed. */
export async function refreshAtOnce(
  store: () => TokenStore<Tokens>,
): Promise<{ got: string[]; refreshes: number }> {
  let refreshes = 0;
  const refresh = (): Tokens => ({ accessToken: `refreshed ${++refreshes}` });
  const rejected = { accessToken: 'dead', refreshToken: 'r' };
  const here = sessionOn(store(), { refresh });
  await here.signIn({ ...rejected });
  const there = sessionOn(store(), { refresh });
  await there.ready;
  const got = await Promise.all([here.tokens({ rejected }), there.tokens({ rejected })]);
  return { got: got.map(({ accessToken }) => accessToken), refreshes };
}

export function problemsOf(session: Session<Tokens>): string[] {
  return session.history().flatMap((event) => (event.type === 'store-failed' ? [event.problem] : []));
}

afterEach(() => {
  for (const undo of undos.splice(0)) undo?.();
});

/** Writes under the key of a store, past it. */
export async function plant(key: IDBValidKey, value: unknown): Promise<void> {
  const database = await openDatabase();
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction('records', 'readwrite');
    transaction.objectStore('records').put(value, key);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });
  database.close();
}

export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('holdfast', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('failed'));
  });
}
