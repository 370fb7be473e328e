import { guardFetch } from '../../../../src/clients/fetch.js';
import { isHoldfastError } from '../../../../src/errors.js';
import { createSession, type SessionSnapshot } from '../../../../src/index.js';
import type { SessionEvent, SessionEventType } from '../../../../src/session/events.js';
import { webStore } from '../../../../src/stores/web.js';
import type { AuthServerTokens } from '../../../../src/testing/index.js';
import { deleteDatabase, openAfterHint, plant } from './database.js';
import { KEY, type PageOptions } from './options.js';

/** What became of one request. */
export type Outcome = {
  /** Of the answer, where there is one. */
  readonly status?: number;
  /** The code of the error, and its reason or kind; or what else was thrown. */
  readonly error?: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly settledAt: number;
};

/** What a page counts that lives. */
export type Tally = {
  /** Requests that got their answer. */
  served: number;
  /** Requests that were told that nobody is signed in. */
  ended: number;
  /** How requests failed in any other way. */
  readonly failures: string[];
  /** Requests that are not settled. */
  open: number;
  /** Those of them that have waited longer than a deadline, a lease and a store that is down take together. */
  hung: number;
};

const HUNG_MS = 15_000;

export type Hooks = ReturnType<typeof createHooks>;

/** The channel on which all tabs are told to send at once. */
const START = 'tests.start';

const EVENTS: readonly SessionEventType[] = [
  'signed-in', 'refresh-started', 'refreshed', 'adopted', 'refresh-failed', 'asked', 'ended', 'store-failed',
  'listener-failed', 'held', 'released', 'replayed',
]; // prettier-ignore

/** The library as an app would set it up, and what a test does with it from outside: plain data in, plain data out. */
export function createHooks(options: PageOptions) {
  const events: SessionEvent[] = [];
  const waiting: (() => void)[] = [];
  const requests: Promise<Outcome>[] = [];
  let open = 0;
  let answer: ((tokens: AuthServerTokens | null) => void) | undefined;
  let asked = 0;
  const tally: Tally = { served: 0, ended: 0, failures: [], open: 0, hung: 0 };
  const begun = new Set<number>();
  let living: ReturnType<typeof setInterval> | undefined;
  let racing: Promise<void> | undefined;
  let isRacing = false;

  /** Another after a reload. */
  const name = `${options.tab} @ ${performance.timeOrigin}`;

  const session = createSession<AuthServerTokens>({
    store: webStore({ key: KEY }),
    reuseGraceMs: options.reuseGraceMs,
    refreshTimeoutMs: options.refreshTimeoutMs,
    subject: ({ user }) => user.username,
    ...(options.unlimited && { breaker: false }),
    async refresh({ refreshToken }, { signal }) {
      const headers = { 'content-type': 'application/json', 'x-tab': name };
      const body = JSON.stringify({ refreshToken });
      const response = await fetch('/auth/refresh', { method: 'POST', headers, body, signal });
      if (!response.ok) throw response;
      return (await response.json()) as AuthServerTokens;
    },
    ...(options.asks && {
      onExpired: () => {
        asked += 1;
        return new Promise<AuthServerTokens | null>((resolve) => (answer = resolve));
      },
    }),
  });
  for (const type of EVENTS) {
    session.on(type, (event) => {
      events.push(event);
      tell();
    });
  }
  const guarded = guardFetch(session);

  function tell(): void {
    const told = waiting.splice(0);
    for (const resolve of told) resolve();
  }
  const count = (type: SessionEventType): number => events.filter((event) => event.type === type).length;
  const nextEvent = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));

  async function send(path: string): Promise<Outcome> {
    const startedAt = Date.now();
    open += 1;
    const outcome = await guarded(path).then(({ status }) => ({ status }), asText);
    open -= 1;
    return { ...outcome, startedAt, settledAt: Date.now() };
  }

  async function liveOnce(): Promise<void> {
    const at = Date.now() + Math.random();
    begun.add(at);
    const { status, error } = await send('/api/echo');
    begun.delete(at);
    // Whoever is signed out sends without tokens, and is told so.
    if (status === 200) tally.served += 1;
    else if (status === 401 || error?.startsWith('session-ended')) tally.ended += 1;
    else tally.failures.push(error ?? String(status));
  }

  return {
    /** The snapshot once the store has been read. */
    async ready(): Promise<SessionSnapshot> {
      await session.ready;
      return session.snapshot();
    },
    snapshot: () => session.snapshot(),
    accessToken: () => session.current()?.accessToken ?? null,
    signIn: (tokens: AuthServerTokens) => session.signIn(tokens),
    signOut: () => session.signOut(),

    /** Begins requests, and leaves it at that. */
    begin(count = 1, path = '/api/echo'): void {
      for (let index = 0; index < count; index += 1) requests.push(send(path));
    },
    /** What became of all that were begun, once they are settled. */
    outcomes: () => Promise.all(requests.splice(0)),
    request: (path = '/api/echo') => send(path),
    /** How many requests are not settled. */
    open: () => open,

    /** Begins requests when any tab calls `start()`. */
    awaitStart(count = 1): void {
      const channel = new BroadcastChannel(START);
      const started = new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }));
      for (let index = 0; index < count; index += 1) {
        requests.push(started.then(() => send('/api/echo')));
      }
      void started.then(() => channel.close());
    },
    start(): void {
      const channel = new BroadcastChannel(START);
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      channel.postMessage(null);
      channel.close();
    },

    name: () => name,
    /** Sends a request at every interval, as a page that somebody uses. */
    live(everyMs: number): void {
      living = setInterval(() => void liveOnce(), everyMs);
    },
    rest(): void {
      clearInterval(living);
    },
    /** What came of all that was sent by `live()` so far. */
    tally(): Tally {
      const now = Date.now();
      const hung = [...begun].filter((at) => now - at > HUNG_MS).length;
      return { ...tally, open: begun.size, hung };
    },

    /** Refreshes again and again, against the other tabs, until `stopRacing()`. */
    race(): void {
      isRacing = true;
      racing = (async () => {
        while (isRacing) {
          const own = count('refreshed');
          await session.refresh();
          // Whoever refreshed lets another be the next.
          const others = count('adopted');
          while (isRacing && count('refreshed') > own && count('adopted') === others) await nextEvent();
        }
      })();
    },
    stopRacing(): Promise<void> | undefined {
      isRacing = false;
      tell();
      return racing;
    },

    /** The types of the events so far, requests' own left out. */
    events: () => events.map(({ type }) => type).filter((type) => !/^(held|released|replayed)$/.test(type)),
    /** Resolves once an event of this type was heard so many times, and to the last of them. */
    async until(type: SessionEventType, times = 1): Promise<SessionEvent> {
      for (;;) {
        const found = events.filter((event) => event.type === type)[times - 1];
        if (found) return found;
        await nextEvent();
      }
    },
    problems: () => events.flatMap((event) => (event.type === 'store-failed' ? [event.problem] : [])),

    asked: () => asked,
    answer(tokens: AuthServerTokens | null): void {
      answer?.(tokens);
    },
    /**
     * At the next hint of the store, begins a read of what stands there, after the library began its own; resolves a
     * turn after that is done, to how many requests are then still open.
     */
    openAfterHint: () => openAfterHint(() => open),
    plant,
    deleteDatabase,
    /** Sets the clock of this page forward, or back. */
    jump(byMs: number): void {
      const now = Date.now;
      Date.now = () => now() + byMs;
    },
  };
}

/** What is told of an error: none of it may hold a token. */
function asText(error: unknown): { error: string } {
  if (!isHoldfastError(error)) return { error: error instanceof Error ? error.name : String(error) };
  switch (error.code) {
    case 'session-ended':
      return { error: `${error.code}: ${error.reason}` };
    case 'refresh-failed':
      return { error: `${error.code}: ${error.kind}` };
    case 'not-replayable':
    case 'invalid-option':
      return { error: error.code };
  }
}
