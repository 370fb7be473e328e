import { systemClock } from 'holdfast';
import {
  createAuthServer,
  DroppedAnswerError,
  type AuthServerCounters,
  type AuthServerSettings,
  type RefreshFault,
  type RefreshFaultOptions,
} from 'holdfast/testing';
import { serve } from '../../test/support/serve.js';
import type { Tokens } from '../contract.js';
import { arrivalOf, type Arrival } from './arrivals.js';
import { createBulkBodies } from './bulk-bodies.js';
import { createGates, type GateMoment } from './gates.js';
import { createPlannedReplies, type PlannedReply } from './planned-replies.js';

/** The server of one case, and everything a case can do to it. Arguments and results are plain data. */
export interface CaseServer {
  readonly url: string;
  signIn(username: string): Tokens;
  set(settings: Partial<AuthServerSettings>): void;
  /** Moves the server's clock. */
  jump(ms: number): void;
  revokeAccess(): void;
  revokeSessions(): void;
  failRefresh(fault: RefreshFault, options?: RefreshFaultOptions): void;
  /** Forgets the faults that are still to come, and the replies planned for refreshes. */
  healRefresh(): void;
  plan(reply: PlannedReply): void;
  addGate(prefix: string, moment: GateMoment): number;
  reachedGate(id: number, count: number): Promise<void>;
  openGate(id: number, count?: number): void;
  /** Resolves once every body of a reply planned with `bytes` was read to its end, or cancelled. */
  bulkReleased(): Promise<void>;
  seen(): Seen;
  /** Every access and refresh token that was handed out, in no order. */
  tokensIssued(): readonly string[];
  /** Another origin, which takes everything and answers it alike; the arrivals there are its own. @default 200 */
  openElsewhere(status?: number): Promise<string>;
  seenElsewhere(): readonly Arrival[];
  openSockets(): number;
  close(): Promise<void>;
}

/** What arrived since the case began. */
export type Seen = AuthServerCounters & {
  /** Every request but the refreshes and logins. */
  readonly sends: readonly Arrival[];
  /** More requests came than a case can need, and from then on none was answered. */
  readonly looped: boolean;
  /** How many that is. */
  readonly limit: number;
};

const REFRESH = '/auth/refresh';

export async function createCaseServer(sendLimit: number): Promise<CaseServer> {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const auth = createAuthServer({ clock, accessTokens: 'jwt' });
  const gates = createGates();
  const bulk = createBulkBodies();
  const replies = createPlannedReplies(bulk);
  const arrivals: Arrival[] = [];
  const elsewhere: Arrival[] = [];
  const issued = new Set<string>();
  const others: (() => Promise<void>)[] = [];
  let refreshes = 0;

  const loopback = await serve(async (request) => {
    const arrival = await arrivalOf(request);
    if (arrivals.push(arrival) > sendLimit) throw new DroppedAnswerError('too many requests in one case');
    await gates.pass(arrival.url, 'before-judging');
    const reply = await answer(request, arrival.url);
    // The time as this server has it: a client may measure other dates by it (RFC 9110, section 6.6.1).
    reply.headers.set('date', new Date(clock.now()).toUTCString());
    await gates.pass(arrival.url, 'before-answering');
    return reply;
  });

  async function answer(request: Request, url: string): Promise<Response> {
    if (url.startsWith(REFRESH)) refreshes += 1;
    const planned = replies.take(url, () => !(auth.authenticate(request) instanceof Response));
    if (planned) return planned;
    if (url.startsWith('/graphql')) return graphql(request);
    const reply = await auth(request);
    if (url.startsWith('/auth/')) note(await tokensIn(reply));
    return reply;
  }

  function note({ accessToken, refreshToken }: Partial<Tokens>): void {
    for (const token of [accessToken, refreshToken]) if (token !== undefined) issued.add(token);
  }

  /** Says no as GraphQL servers do: HTTP 200, and the code in an error (Apollo Server's error codes). */
  function graphql(request: Request): Response {
    const caller = auth.authenticate(request);
    if (!(caller instanceof Response))
      return Response.json({ data: { me: { username: caller.user.username } } });
    const errors = [{ message: 'not signed in', extensions: { code: 'UNAUTHENTICATED' } }];
    return Response.json({ data: null, errors });
  }

  return {
    url: loopback.origin,
    signIn(username) {
      const tokens = auth.signIn(username);
      note(tokens);
      return tokens;
    },
    set: (settings) => void Object.assign(auth.settings, settings),
    jump: (ms) => void (aheadMs += ms),
    revokeAccess: () => auth.revokeAccess(),
    revokeSessions: () => auth.revokeSessions(),
    failRefresh: auth.failNextRefresh,
    healRefresh() {
      auth.healRefresh();
      replies.forget(REFRESH);
    },
    plan: replies.add,
    addGate: gates.add,
    reachedGate: gates.reached,
    openGate: gates.open,
    bulkReleased: bulk.released,
    seen: () => ({
      ...auth.counters,
      refreshes,
      sends: arrivals.filter(({ url }) => !url.startsWith('/auth/')),
      looped: arrivals.length > sendLimit,
      limit: sendLimit,
    }),
    tokensIssued: () => [...issued],
    async openElsewhere(status = 200) {
      const other = await serve(async (request) => {
        elsewhere.push(await arrivalOf(request));
        return Response.json({ elsewhere: true }, { status });
      });
      others.push(() => other.close());
      return other.origin;
    },
    seenElsewhere: () => elsewhere,
    openSockets: () => loopback.openSockets,
    async close() {
      gates.openAll();
      auth.close();
      await Promise.all([loopback.close(), ...others.map((close) => close())]);
    },
  };
}

async function tokensIn(reply: Response): Promise<Partial<Tokens>> {
  const body: unknown = await reply
    .clone()
    .json()
    .catch(() => undefined);
  return typeof body === 'object' && body !== null ? body : {};
}
