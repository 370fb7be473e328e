import { guardFetch } from '../../../../src/clients/fetch.js';
import { isHoldfastError } from '../../../../src/errors.js';
import { createSession } from '../../../../src/index.js';
import type { SessionEvent, SessionEventType, SessionSnapshot } from '../../../../src/index.js';
import { tabsStore } from '../../../../src/stores/tabs.js';
import { webStore } from '../../../../src/stores/web.js';
import type { AuthServerTokens } from '../../../../src/testing/index.js';
import { deferred, type Deferred } from '../../../support/deferred.js';
import { deleteDatabase, dump, plant } from '../../../support/database.js';
import { listenTo } from './heard.js';
import { createLife } from './life.js';
import { KEY, type PageOptions } from './options.js';
import type { Outcome } from './outcome.js';
import { createRace } from './race.js';
import { watchSignIn } from './watch-sign-in.js';

export type Hooks = ReturnType<typeof createHooks>;

/** The channel on which all tabs are told to send at once, and what is said there. */
const START = 'tests.start';
export type Signal = 'listen' | 'go';

/** The library as an app would set it up, and what a test does with it from outside: plain data in, plain data out. */
export function createHooks(options: PageOptions) {
  const requests: Promise<Outcome>[] = [];
  let open = 0;
  let asked = 0;
  let question: Deferred<AuthServerTokens | null> | undefined;
  let watched: { seen: Promise<number> } | undefined;
  let listens = false;
  /** Another after a reload. */
  const name = `${options.tab} @ ${performance.timeOrigin}`;

  const session = createSession<AuthServerTokens>({
    store: options.store === 'web' ? webStore({ key: KEY }) : tabsStore({ key: KEY }),
    reuseGraceMs: options.reuseGraceMs,
    refreshTimeoutMs: options.refreshTimeoutMs,
    subject: ({ user }) => user.username,
    ...(options.unlimited && { fruitlessRefreshes: false }),
    async refresh({ refreshToken }, { signal }) {
      const headers = { 'content-type': 'application/json', 'x-tab': name };
      const body = JSON.stringify({ refreshToken });
      const response = await fetch('/auth/refresh', { method: 'POST', headers, body, signal });
      const { status } = response;
      if (!response.ok) throw Object.assign(new Error('no tokens'), { status });
      return (await response.json()) as AuthServerTokens;
    },
    ...(options.asks && {
      onExpired: () => {
        asked += 1;
        question = deferred();
        return question.promise;
      },
    }),
  });
  const heard = listenTo(session);
  const race = createRace(() => session.refresh(), heard);
  const guarded = guardFetch(session);

  async function send(path = '/api/echo'): Promise<Outcome> {
    const startedAt = Date.now();
    open += 1;
    const outcome = await guarded(path).then(({ status }) => ({ status }), asText);
    open -= 1;
    return { ...outcome, startedAt, settledAt: Date.now() };
  }

  return {
    ...createLife(send),
    name: () => name,
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
    begin(times = 1): void {
      for (let index = 0; index < times; index += 1) requests.push(send());
    },
    /** What became of all that were begun, once they are settled. */
    outcomes: () => Promise.all(requests.splice(0)),
    request: () => send(),

    /** Begins requests when any tab signals `go`. */
    awaitStart(times = 1): void {
      const channel = new BroadcastChannel(START);
      listens = false;
      const started = deferred();
      channel.addEventListener('message', ({ data }: MessageEvent<Signal>) => {
        listens = true;
        if (data === 'go') started.resolve();
      });
      for (let index = 0; index < times; index += 1) requests.push(started.promise.then(() => send()));
      void started.promise.then(() => channel.close());
    },
    /** Whether it has heard any signal since it waits for one. */
    listens: () => listens,
    signal(what: Signal): void {
      const channel = new BroadcastChannel(START);
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      channel.postMessage(what);
      channel.close();
    },
    race: race.start,
    stopRacing: race.stop,

    /** The types of the events so far, requests' own left out. */
    events: () =>
      heard.events.map(({ type }) => type).filter((type) => !/^(held|released|replayed)$/.test(type)),
    /** Resolves once an event of this type was heard so many times, and to the last of them. */
    async until(type: SessionEventType, times = 1): Promise<SessionEvent> {
      for (;;) {
        const found = heard.events.filter((event) => event.type === type)[times - 1];
        if (found) return found;
        await heard.next();
      }
    },
    /** The events so far with their times, as lines. */
    account: () =>
      heard.events.map(({ at, ...event }) => `${new Date(at).toISOString()} ${JSON.stringify(event)}`),
    problems: () => heard.events.flatMap((event) => (event.type === 'store-failed' ? [event.problem] : [])),

    asked: () => asked,
    answer(tokens: AuthServerTokens | null): void {
      question?.resolve(tokens);
    },

    /** From now on it is seen how many requests are open once another sign-in is heard of. */
    async watchSignIn(): Promise<void> {
      watched = await watchSignIn(() => open);
    },
    openAfterSignIn: () => watched?.seen,
    plant: (value: unknown, version?: number) => plant(KEY, value, version),
    dump,
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
