import { sharedStore } from '../../src/sharing/shared-store.js';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, vi } from 'vitest';
import {
  createSession,
  type Session,
  type SessionEventOf,
  type SessionEventType,
  type SessionOptions,
} from '../../src/index.js';
import type { SessionRecord } from '../../src/session/state/record.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { tabsStore } from '../../src/stores/tabs.js';
import { webStore } from '../../src/stores/web.js';
import { manualClock } from '../../src/testing/index.js';
import { deferred, type Deferred } from '../support/deferred.js';

export type Tokens = { accessToken: string; refreshToken?: string };
export type Record = SessionRecord<Tokens>;

export const KEY = 'app.session';

/** Both stores of a browser, for what they have in common. */
export const STORES = [
  ['webStore', () => webStore<Tokens>({ key: KEY })],
  ['tabsStore', () => tabsStore<Tokens>({ key: KEY })],
] as const;

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
  const waiting: Deferred[] = [];
  undos.push(
    store.subscribe?.((problem) => {
      told.push(problem);
      for (const { resolve } of waiting.splice(0)) resolve();
    }),
  );
  const next = (): Promise<void> => {
    const heard = deferred();
    waiting.push(heard);
    return heard.promise;
  };
  return { told, next };
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

/** The next event of this type. */
export function nextOf<Type extends SessionEventType>(
  session: Session<Tokens>,
  type: Type,
): Promise<SessionEventOf<Type>> {
  const told = deferred<SessionEventOf<Type>>();
  session.on(type, told.resolve);
  return told.promise;
}

export function problemsOf(session: Session<Tokens>): string[] {
  return session.history().flatMap((event) => (event.type === 'store-failed' ? [event.problem] : []));
}

afterEach(() => {
  for (const undo of undos.splice(0)) undo?.();
});
