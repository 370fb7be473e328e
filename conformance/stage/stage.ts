import type { Answer, Call, Client, Setting, Subject } from '../contract.js';
import type { Feature } from '../features.js';
import type { RemoteServer } from '../server/remote.js';
import { compare, fail, leaveOut, type Expectations } from './expectations.js';
import { outcomeOf, settle, type Outcome } from './outcomes.js';
import { countPatienceBy, inTime } from './patience.js';
import { refreshAt } from './refresh.js';
import type { LocalTime } from './time.js';

/** How a case wants the library set up, beyond the defaults. */
export type Wishes = Partial<Omit<Setting, 'url' | 'refresh' | 'ended'>> & {
  /** Signed in as this user from the start; null: nobody. @default 'ada' */
  readonly as?: string | null;
  /** A refresh gone wrong; `real` is the one that works. */
  readonly refresh?: (real: Setting['refresh']) => Setting['refresh'];
};

/** A client that was started, and what the library told its app. */
export type Player = Client & {
  /** How often the app was told that the session is over. */
  readonly endings: () => number;
};

/** What a case works with: one fresh server, a subject, and a clock. */
export interface Stage {
  readonly server: RemoteServer;
  /** For a part of a case that only some subjects can play; what the whole case needs stands in `needs`. */
  offers(feature: Feature): boolean;
  readonly time: {
    /** Both clocks, the client's and the server's: the time passes. */
    pass(ms: number): Promise<void>;
    /** The client's alone: its clock is wrong. */
    skew(ms: number): void;
    /** Stops the client's at a moment. */
    freeze(at: number): void;
    now(): number;
  };
  /** Makes a client of the subject. Another call makes another session. */
  start(wishes?: Wishes): Promise<Player>;
  /** The path of an ordinary request; `mark` makes its URL another, for gates and planned replies. */
  path(mark?: string): string;
  /** The access token dies of old age, on both sides. */
  expire(): Promise<void>;
  /** Requests whose URL starts with `prefix` wait at the server, before it judges or before it answers. */
  hold(prefix: string, moment?: 'before-judging' | 'before-answering'): Promise<Gate>;
  settle(calls: readonly Promise<Answer>[]): Promise<Outcome[]>;
  outcomeOf(call: Promise<Answer>): Promise<Outcome>;
  /** Compares with what was seen so far, and fails in a sentence. */
  expect(expectations: Expectations): Promise<void>;
  fail(seen: string): never;
  /** Ends the case as not applicable, for want of what turned out to be missing. */
  leaveOut(lacks: string): never;
  /** What nobody caught so far: unhandled rejections, by the names of their errors. */
  unhandled(): readonly string[];
}

export interface Gate {
  /** Resolves once so many requests have come here, or fails the case. */
  reached(count: number): Promise<void>;
  /** Lets the first `count` go, or all of them and those to come. */
  open(count?: number): Promise<void>;
}

/** How long an access token lives, unless the case changes the server's settings. */
export const LIFETIME_MS = 60_000;

/** Longer than any caller waits: a refresh that a case holds at a gate must not end by itself on a busy machine. */
const REFRESH_TIMEOUT_MS = 60_000;

export function createStage(
  subject: Subject,
  server: RemoteServer,
  local: LocalTime,
  unhandled: readonly string[] = [],
): Stage & { close(): Promise<void> } {
  const players: Player[] = [];
  countPatienceBy(() => server.openSockets());
  const endpoint = subject.features.includes('graphql') ? '/graphql' : '/api/echo';

  async function pass(ms: number): Promise<void> {
    await server.jump(ms);
    local.skew(ms);
  }

  return {
    server,
    offers: (feature) => subject.features.includes(feature),
    time: { pass, skew: local.skew, freeze: local.freeze, now: local.now },

    async start({ as = 'ada', refresh: spoil = asItIs, ...wishes } = {}) {
      let endings = 0;
      const client = await subject.create({
        judge: { by: 'status', statuses: [401] },
        attach: 'bearer',
        refreshThroughClient: false,
        relogin: undefined,
        stored: undefined,
        kept: undefined,
        shared: false,
        whenSignedOut: 'send',
        bufferBytes: 0,
        renewedBy: undefined,
        leewayMs: undefined,
        refreshAheadMs: 0,
        refreshTimeoutMs: REFRESH_TIMEOUT_MS,
        fruitlessRefreshes: undefined,
        ...wishes,
        url: server.url,
        refresh: spoil((tokens, options) => refreshAt(server.url, tokens, options?.signal)),
        ended: () => void (endings += 1),
      });
      const player: Player = {
        ...client,
        request: watched(client.request),
        ...(client.another && { another: () => watched(client.another?.() ?? client.request) }),
        endings: () => endings,
      };
      players.push(player);
      if (as !== null) await player.signIn(await server.signIn(as));
      return player;
    },

    path: (mark) => (mark === undefined ? endpoint : `${endpoint}?${mark}`),
    expire: () => pass(LIFETIME_MS + 1_000),

    async hold(prefix, moment = 'before-judging') {
      const id = await server.addGate(prefix, moment);
      return {
        async reached(count) {
          const came = server.reachedGate(id, count).then(() => true);
          if (!(await inTime(came))) fail(`fewer than ${count} requests came to ${prefix}`);
        },
        open: (count) => server.openGate(id, ...(count === undefined ? [] : [count])),
      };
    },

    settle,
    outcomeOf,
    async expect(expectations) {
      compare(await server.seen(), expectations);
    },
    fail,
    leaveOut,
    unhandled: () => unhandled,
    async close() {
      for (const player of players) await player.close?.();
      await server.close();
    },
  };
}

/** A case may look at a call long after it rejected: that is no unhandled rejection of the library's. */
function watched(request: Client['request']): Client['request'] {
  return (path, call?: Call) => {
    const answer = (async () => await request(path, call))();
    answer.catch(() => {});
    return answer;
  };
}

function asItIs(refresh: Setting['refresh']): Setting['refresh'] {
  return refresh;
}
