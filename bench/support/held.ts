import { createSession, type Session } from 'holdfast';
import { deferred } from '../../test/support/deferred.js';
import { DEAD, LIVE, tokens, type Tokens } from './fixtures.js';

/** How it comes out that the access token is dead: by its expiry, or by the server's 401. */
export type KnownBy = 'clock' | 'server';

/** A session with a dead access token, whose refresh takes as long as one wants. */
export type StuckSession = {
  readonly session: Session<Tokens>;
  readonly refreshStarted: Promise<void>;
  readonly endRefresh: () => void;
  readonly refreshes: () => number;
};

export async function stuckSession(knownBy: KnownBy): Promise<StuckSession> {
  let refreshes = 0;
  const started = deferred();
  const answer = deferred<Tokens>();
  const session = createSession<Tokens>({
    refresh() {
      refreshes++;
      started.resolve();
      return answer.promise;
    },
  });
  await session.signIn(knownBy === 'clock' ? tokens(DEAD, -1) : tokens(DEAD));
  return {
    session,
    refreshStarted: started.promise,
    endRefresh: () => answer.resolve(tokens(LIVE)),
    refreshes: () => refreshes,
  };
}

export type HeldRun = {
  /** From the first call until the last one is held. */
  readonly holdMs: number;
  /** From the end of the refresh until the last caller has its reply. */
  readonly releaseMs: number;
  readonly refreshes: number;
};

/** Makes `count` calls at once under a session whose token is dead, holds them all by one refresh, and lets it end. */
export async function holdAndRelease(
  count: number,
  knownBy: KnownBy,
  clientFor: (session: Session<Tokens>) => () => Promise<unknown>,
): Promise<HeldRun> {
  const { session, refreshStarted, endRefresh, refreshes } = await stuckSession(knownBy);
  const call = clientFor(session);
  const calledAt = performance.now();
  const calls = Array.from({ length: count }, call);
  await refreshStarted;
  await allHeld(session, count);
  const heldAt = performance.now();
  endRefresh();
  await Promise.all(calls);
  const releaseMs = performance.now() - heldAt;
  session.close();
  return { holdMs: heldAt - calledAt, releaseMs, refreshes: refreshes() };
}

export async function allHeld(session: Session<Tokens>, count: number): Promise<void> {
  while (session.snapshot().held < count) await new Promise((resolve) => setImmediate(resolve));
}

/** How long `count` calls take that are made at once. */
export async function timeAtOnce(count: number, call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: count }, call));
  return performance.now() - startedAt;
}

/** So that nobody pays for what an earlier run left behind. */
export function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('expected to run under --expose-gc');
  globalThis.gc();
}
