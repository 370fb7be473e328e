import { sharedStore } from '../../src/sharing/shared-store.js';
import { inject } from 'vitest';
import { createSession, type Session } from '../../src/session/session.js';
import type { SessionEvent, SessionEventType } from '../../src/session/core/events.js';
import type { GuardOptions } from '../../src/session/request/guard-options.js';
import type { SessionOptions } from '../../src/session/core/options.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock, type ManualClock } from '../../src/testing/manual-clock.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { EVENT_TYPES } from '../support/event-types.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the record of a session lies whose test names no store. Each is a project of vitest.config.ts. */
    record: 'page' | 'shared';
  }
}

export type Tokens = { accessToken: string; refreshToken: string; expiresIn?: number; user?: string };

export const LIFETIME_MS = 3_600_000;
const DEADLINE_MS = 30_000;

/** The nth tokens of a sign-in; every secret in a test looks like these. */
export function tokensNumber(n: number, more: Partial<Tokens> = {}): Tokens {
  const expiresIn = LIFETIME_MS / 1000;
  return { accessToken: `access-${n}-secret`, refreshToken: `refresh-${n}-secret`, expiresIn, ...more };
}

/** One call of the user's `refresh`, to be answered by the test. */
export type RefreshCall = {
  readonly tokens: Tokens;
  readonly reason: string;
  readonly signal: AbortSignal;
  /** Answers it, by default with the next tokens, and lets everything settle. */
  answer(value?: unknown): Promise<void>;
  fail(error: unknown): Promise<void>;
};

export type Reply = { readonly status: number; readonly token: string | null };

/** What a session is made with, where the store may be any that keeps the contract. */
export type WorldOptions<T = Tokens> = Partial<Omit<SessionOptions<T>, 'store'>> & {
  readonly store?: TokenStore<T>;
};

/**
 * The `store` of a session whose record lies in `store`, or wherever this project keeps those that are given none.
 * A test that looks at the record itself names its store, and is the same in every project.
 */
export function recordIn<T>(store?: TokenStore<T>): Pick<SessionOptions<T>, 'store'> {
  if (store) return { store: sharedStore(store) };
  return inject('record') === 'shared' ? { store: memoryStore<T>() } : {};
}

export type World = {
  readonly clock: ManualClock;
  readonly session: Session<Tokens>;
  readonly refreshes: RefreshCall[];
  /** The refresh that was begun last. */
  readonly refresh: RefreshCall;
  /** The access token of every send, null for none. */
  readonly sends: (string | null)[];
  /** The access tokens that the server refuses. */
  readonly dead: Set<string>;
  /** One guarded request to a server that answers at once. */
  request(options?: GuardOptions<Reply>): Promise<Reply>;
  /** The same, answered when the test says so, with the verdict of the moment it was sent. */
  slowRequest(options?: GuardOptions<Reply>): { readonly reply: Promise<Reply>; answer(): void };
  /** Lets everything settle. */
  rest(): Promise<void>;
  readonly events: SessionEvent[];
  typesOf(...types: SessionEventType[]): SessionEventType[];
};

export function setUp({ store, ...options }: WorldOptions = {}, clock: ManualClock = manualClock()): World {
  const refreshes: RefreshCall[] = [];
  const sends: (string | null)[] = [];
  const dead = new Set<string>();
  const events: SessionEvent[] = [];
  const rest = (): Promise<void> => clock.advance(0);

  const session = createSession<Tokens>({
    clock,
    refresh(tokens, { reason, signal }) {
      const answered = deferred<Tokens>();
      const next = tokensNumber(Number(/\d+/.exec(tokens.accessToken)) + 1);
      refreshes.push({
        tokens,
        reason,
        signal,
        answer(value = next) {
          answered.resolve(value as Tokens);
          return rest();
        },
        fail(error) {
          answered.reject(error);
          return rest();
        },
      });
      return answered.promise;
    },
    ...recordIn(store),
    ...options,
  });
  for (const type of EVENT_TYPES) session.on(type, (event) => events.push(event));

  function reply(tokens: Tokens | null): Reply {
    const token = tokens?.accessToken ?? null;
    sends.push(token);
    return { status: token === null || dead.has(token) ? 401 : 200, token };
  }

  return {
    clock,
    session,
    refreshes,
    get refresh() {
      const last = refreshes.at(-1);
      if (last === undefined) throw new Error('no refresh has begun');
      return last;
    },
    sends,
    dead,
    request: (guardOptions) => session.guard<Reply>(reply, guardOptions),
    slowRequest(guardOptions) {
      let gate: Deferred | undefined;
      const answered = session.guard<Reply>((tokens) => {
        const answer = reply(tokens);
        gate = deferred();
        return gate.promise.then(() => answer);
      }, guardOptions);
      return { reply: answered, answer: () => gate?.resolve() };
    },
    rest,
    events,
    typesOf: (...types) => events.map(({ type }) => type).filter((type) => types.includes(type)),
  };
}

/** The same, signed in with the first tokens. */
export async function signedIn(
  options: WorldOptions = {},
  tokens: Tokens = tokensNumber(1),
  clock?: ManualClock,
): Promise<World> {
  const world = setUp(options, clock);
  await world.session.signIn(tokens);
  world.events.length = 0;
  return world;
}

/** Signed in with tokens that have expired since. */
export async function expired(options: WorldOptions = {}): Promise<World> {
  const world = await signedIn(options);
  world.clock.jump(LIFETIME_MS);
  return world;
}

/** Lets the deadline of a refresh pass. */
export function passDeadline({ clock }: World): Promise<void> {
  return clock.advance(DEADLINE_MS);
}

export type Tracked<Value> = {
  status: 'pending' | 'fulfilled' | 'rejected';
  value?: Value;
  reason?: unknown;
};

/** How a promise stands, without waiting for it. */
export function track<Value>(promise: Promise<Value>): Tracked<Value> {
  const tracked: Tracked<Value> = { status: 'pending' };
  promise.then(
    (value) => Object.assign(tracked, { status: 'fulfilled', value }),
    (reason: unknown) => Object.assign(tracked, { status: 'rejected', reason }),
  );
  return tracked;
}

export function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What a refused refresh throws. */
export const REFUSED = { status: 400, data: { error: 'invalid_grant' } };

/** Makes a request in the refresh-ahead window, which begins a refresh behind it. */
export async function refreshAhead(world: World): Promise<void> {
  world.clock.jump(LIFETIME_MS - 200_000);
  await world.request();
  await world.rest();
}
