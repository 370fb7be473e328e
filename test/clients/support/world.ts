import { afterEach } from 'vitest';
import { createSession, type Session, type SessionOptions } from '../../../src/index.js';
import {
  createAuthServer,
  manualClock,
  type AuthServer,
  type AuthServerOptions,
  type AuthServerTokens,
  type ManualClock,
} from '../../../src/testing/index.js';
import { serve, type LoopbackServer } from '../../support/serve.js';
import { createGate, type Gate } from './gate.js';

/** One request as the server received it. */
export type Arrival = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

export type Handler = (request: Request) => Response | Promise<Response>;

/** A session, a strict server that refuses its tokens when they are dead, and a real connection between them. */
export type World = {
  readonly server: AuthServer;
  readonly loopback: LoopbackServer;
  readonly origin: string;
  readonly clock: ManualClock;
  readonly session: Session<AuthServerTokens>;
  /** What arrived, refreshes included, in order. */
  readonly arrivals: readonly Arrival[];
  /** Those of them that were no refreshes. */
  readonly sends: readonly Arrival[];
  /** Both the clock and the server say that the access token is dead. */
  expire(): void;
  /** Answers these paths in the place of the auth server. */
  route(path: string, handler: Handler): void;
  /** Requests to a path wait, from now on, until it is opened. */
  hold(path: string): Gate;
};

export type WorldOptions = {
  readonly server?: AuthServerOptions;
  readonly session?: Partial<SessionOptions<AuthServerTokens>>;
  readonly signedIn?: boolean;
};

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

/** Lives until the end of the test that made it. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = manualClock();
  const server = createAuthServer({ clock, ...options.server });
  const arrivals: Arrival[] = [];
  const routes = new Map<string, Handler>();
  const gates = new Map<string, (path: string) => Promise<void>>();

  const loopback = await serve(async (request) => {
    const { pathname, search } = new URL(request.url);
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    const headers = Object.fromEntries(request.headers);
    arrivals.push({ method: request.method, url: pathname + search, headers, bytes });
    await gates.get(pathname)?.(pathname);
    return (routes.get(pathname) ?? server)(request);
  });
  const { origin } = loopback;
  const session = createSession<AuthServerTokens>({
    clock,
    refresh: (tokens, { signal }) => refreshAt(origin, tokens, signal),
    ...options.session,
  });
  if (options.signedIn !== false) await session.signIn(server.signIn('ada'));
  opened.push(async () => {
    session.close();
    server.close();
    await loopback.close();
  });

  return {
    server,
    loopback,
    origin,
    clock,
    session,
    arrivals,
    get sends() {
      return arrivals.filter(({ url }) => !url.startsWith('/auth/'));
    },
    expire: () => clock.jump(server.settings.accessLifetimeMs),
    route: (path, handler) => void routes.set(path, handler),
    hold(path) {
      const { gate, enter } = createGate();
      gates.set(path, enter);
      return gate;
    },
  };
}

/** The same where the server refuses its token, which the clock does not know. */
export async function createRevokedWorld(options?: WorldOptions): Promise<World> {
  const world = await createWorld(options);
  world.server.revokeAccess();
  return world;
}

/** A body as it arrived. */
export function textOf({ bytes }: Arrival): string {
  return Buffer.from(bytes).toString();
}

/** What a newcomer writes for `refresh`. */
export async function refreshAt(
  origin: string,
  { refreshToken }: AuthServerTokens,
  signal: AbortSignal,
): Promise<AuthServerTokens> {
  const body = JSON.stringify({ refreshToken });
  const response = await fetch(`${origin}/auth/refresh`, { method: 'POST', body, signal });
  // Its status tells a refusal from bad luck.
  // eslint-disable-next-line typescript/only-throw-error
  if (!response.ok) throw response;
  return (await response.json()) as AuthServerTokens;
}
