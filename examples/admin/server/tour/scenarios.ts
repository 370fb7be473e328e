import axios from 'axios';
import { listen } from '../listen.js';
import { mixed, quote, read, report } from './questions.js';
import { pause, type Replies, type Stage } from './stage.js';

/** What the counters must say at the end of a scenario, and what its callers must have got. */
export interface Expected {
  readonly requests: number;
  readonly refreshes: number;
  readonly sends: number;
  readonly served: number;
  readonly replies: readonly Replies[];
  /** How many refresh tokens came twice without the server's leave. */
  readonly reuseAlarms?: number;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly expected: Expected;
  run(stage: Stage): Promise<Replies[]>;
}

/** Dead when it is used. */
const SHORT_MS = 30;
const LONG_MS = 60_000;

export const scenarios: readonly Scenario[] = [
  {
    name: 'the clock knows',
    about: '60 requests at once, with a token that has expired: nothing is sent in vain',
    expected: { requests: 60, refreshes: 1, sends: 60, served: 60, replies: [{ own: 60 }] },
    async run(stage) {
      const request = stage.client(await stage.signIn(SHORT_MS));
      await pause(SHORT_MS);
      return [await stage.ask(request, 60, read)];
    },
  },
  {
    name: 'only the server knows',
    about: '60 requests at once, with a token that was revoked: each is sent twice at most',
    expected: { requests: 60, refreshes: 1, sends: 120, served: 60, replies: [{ own: 60 }] },
    async run(stage) {
      const request = stage.client(await stage.signIn(LONG_MS));
      stage.auth.revokeAccess();
      return [await stage.ask(request, 60, read)];
    },
  },
  {
    name: 'both at once',
    about: '20 rejections come in while 20 requests are held by the clock',
    expected: { requests: 40, refreshes: 1, sends: 60, served: 40, replies: [{ own: 20 }, { own: 20 }] },
    async run(stage) {
      const request = stage.client(await stage.signIn(400));
      const early = stage.ask(request, 20, report(450));
      // A quarter of the lifetime is leeway: the clock says no from 300 ms on, the server from 400 ms on.
      await pause(320);
      return await Promise.all([early, stage.ask(request, 20, quote)]);
    },
  },
  {
    name: 'GET, POST and upload',
    about: '45 requests of three kinds are sent twice, to the byte, and each gets its own answer',
    expected: { requests: 45, refreshes: 1, sends: 90, served: 45, replies: [{ own: 45 }] },
    async run(stage) {
      const request = stage.client(await stage.signIn(LONG_MS));
      stage.auth.revokeAccess();
      return [await stage.ask(request, 45, mixed)];
    },
  },
  {
    name: 'late rejection',
    about: 'a slow request is rejected long after the refresh: it is replayed, and nothing is refreshed',
    expected: { requests: 2, refreshes: 1, sends: 4, served: 2, replies: [{ own: 1 }, { own: 1 }] },
    async run(stage) {
      const request = stage.client(await stage.signIn(LONG_MS));
      const slow = stage.ask(request, 1, report(600));
      stage.auth.revokeAccess();
      return [await stage.ask(request, 1, quote), await slow];
    },
  },
  {
    name: 'two clients, one session',
    about: 'two axios instances need new tokens together',
    expected: { requests: 40, refreshes: 1, sends: 40, served: 40, replies: [{ own: 20 }, { own: 20 }] },
    async run(stage) {
      const session = await stage.signIn(SHORT_MS);
      await pause(SHORT_MS);
      const [one, other] = [stage.client(session), stage.client(session)];
      return await Promise.all([stage.ask(one, 20, read), stage.ask(other, 20, quote)]);
    },
  },
  {
    name: 'refresh gets 503',
    about: 'Retry-After: 1. Nobody refreshes before that, and nobody is signed out',
    expected: {
      requests: 30,
      refreshes: 2,
      sends: 10,
      served: 10,
      replies: [{ 'refresh-failed': 10 }, { 'refresh-failed': 10 }, { own: 10 }],
    },
    async run(stage) {
      const request = stage.client(await stage.signIn(SHORT_MS));
      stage.auth.failNextRefresh('unavailable', { retryAfter: 1 });
      await pause(SHORT_MS);
      const first = await stage.ask(request, 10, read);
      const tooSoon = await stage.ask(request, 10, read);
      stage.narrator.say('one second later');
      await pause(1_000);
      return [first, tooSoon, await stage.ask(request, 10, read)];
    },
  },
  {
    name: 'refresh is refused',
    about: '20 requests learn together that the session is over',
    expected: {
      requests: 20,
      refreshes: 1,
      sends: 0,
      served: 0,
      replies: [{ 'session-ended': 20 }, { ended: 1 }],
    },
    async run(stage) {
      const session = await stage.signIn(SHORT_MS);
      let ended = 0;
      session.on('ended', () => (ended += 1));
      stage.auth.revokeSessions();
      await pause(SHORT_MS);
      return [await stage.ask(stage.client(session), 20, read), { ended }];
    },
  },
  {
    name: 'sign-out wins',
    about: 'somebody signs out while 20 requests wait for a refresh',
    expected: {
      requests: 20,
      refreshes: 1,
      sends: 0,
      served: 0,
      replies: [{ 'session-ended': 20 }, { 'signed in': 0 }],
    },
    async run(stage) {
      const session = await stage.signIn(SHORT_MS);
      await pause(SHORT_MS);
      const asked = stage.ask(stage.client(session), 20, read);
      while (stage.auth.counters.refreshes === 0) await pause(1);
      await session.signOut();
      const replies = await asked;
      // Long enough for the late answer of that refresh to come, and to be dropped.
      await pause(2 * stage.auth.settings.refreshDelayMs);
      return [replies, { 'signed in': session.current() === null ? 0 : 1 }];
    },
  },
  {
    name: 'answer lost',
    about: 'the server rotates and its answer never comes: the next request recovers, and sets off no alarm',
    expected: {
      requests: 20,
      refreshes: 2,
      sends: 10,
      served: 10,
      replies: [{ 'refresh-failed': 10 }, { own: 10 }],
      reuseAlarms: 0,
    },
    async run(stage) {
      const request = stage.client(await stage.signIn(SHORT_MS));
      stage.auth.failNextRefresh('drop-answer');
      await pause(SHORT_MS);
      return [await stage.ask(request, 10, read), await stage.ask(request, 10, read)];
    },
  },
  {
    name: 'another origin',
    about: 'absolute URLs lead elsewhere: no token goes along, and nothing is refreshed',
    expected: { requests: 5, refreshes: 0, sends: 0, served: 0, replies: [{ own: 5 }, { 'tokens seen': 0 }] },
    async run(stage) {
      const request = stage.client(await stage.signIn(LONG_MS));
      let seen = 0;
      const stranger = await listen(({ url, headers }) => {
        if (/token/.test(url) || headers.has('authorization')) seen += 1;
        return Response.json({ errcode: 40001, errmsg: 'who are you?', data: null });
      }, 0);
      const replies = await stage.ask(request, 5, async (client) => {
        const { data } = await client.get<{ errcode: number }>(`${stranger.origin}/api/orders`);
        return data.errcode === 40001;
      });
      await stranger.close();
      return [replies, { 'tokens seen': seen }];
    },
  },
];

/** What goes over the wire before anything is told: the first connection takes its time. */
export async function warmUp(origin: string): Promise<void> {
  await axios.get(`${origin}/api/notice`);
}
