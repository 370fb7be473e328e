import { describe, expect, it } from 'vitest';
import { createSession, type Session } from '../../src/session/session.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { manualClock, type ManualClock } from '../../src/testing/manual-clock.js';
import { deferred } from '../support/deferred.js';
import { after } from '../support/after.js';
import { recordIn, track, type WorldOptions } from './set-up.js';

type Jwt = { accessToken: string };
const HOUR_MS = 3_600_000;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT for an hour, issued now by a server whose clock is two hours behind this machine's. */
function issue(clock: ManualClock, n: number): Jwt {
  const iat = Math.trunc((clock.now() - 2 * HOUR_MS) / 1000);
  return { accessToken: `e30.${encode({ sub: 'alice', iat, exp: iat + 3600, n })}.sig` };
}

function make(clock: ManualClock, { store, ...options }: WorldOptions<Jwt>): Session<Jwt> {
  const refused = Object.assign(new Error('no refresh tokens here'), { status: 401 });
  return createSession<Jwt>({
    clock,
    refresh: () => Promise.reject(refused),
    ...recordIn(store),
    ...options,
  });
}

/** A server that takes whatever it issued last. */
function ask(
  session: Session<Jwt>,
  served: (token: string | undefined) => boolean,
): Promise<{ status: number }> {
  return session.guard((tokens) => ({ status: served(tokens?.accessToken) ? 200 : 401 }));
}

describe('a clock that is ahead by more than tokens live', () => {
  it('the answer of onExpired serves: nobody is asked again and again', async () => {
    const clock = manualClock();
    let logins = 0;
    const session = make(clock, {
      onExpired: async () => {
        // A silent login over the network, as in a mini-program.
        await after(clock, 100);
        return issue(clock, ++logins);
      },
    });
    await session.signIn(issue(clock, 0), { receivedAt: clock.now() });
    clock.jump(HOUR_MS);
    const held = track(ask(session, () => true));
    await clock.advance(60_000);
    expect(held.status).toBe('fulfilled');
    expect(logins).toBe(1);
  });

  it('signing in while onExpired asks serves too', async () => {
    const clock = manualClock();
    let logins = 0;
    const session: Session<Jwt> = make(clock, {
      onExpired: async () => {
        await after(clock, 100);
        await session.signIn(issue(clock, ++logins));
        return null;
      },
    });
    await session.signIn(issue(clock, 0), { receivedAt: clock.now() });
    clock.jump(HOUR_MS);
    const held = track(ask(session, () => true));
    await clock.advance(60_000);
    expect(held.status).toBe('fulfilled');
    expect(logins).toBe(1);
  });

  it('a login that was made this very moment is not over before its first request', async () => {
    const clock = manualClock();
    const session = make(clock, {});
    await session.signIn(issue(clock, 0));
    const first = track(ask(session, (token) => token !== undefined));
    await clock.advance(1_000);
    expect(first.value).toEqual({ status: 200 });
    expect(session.snapshot().status).toBe('signed-in');
  });

  it('an outage does not fail requests whose token serves', async () => {
    const clock = manualClock();
    const session = make(clock, {
      refresh: () => Promise.reject(Object.assign(new Error('down'), { status: 503 })),
    });
    await session.signIn(issue(clock, 0));
    const first = track(ask(session, (token) => token !== undefined));
    await clock.advance(60_000);
    expect(first.value).toEqual({ status: 200 });
  });

  it('a sign-out elsewhere wins over the refusal of a refresh that old tokens were not to be judged by', async () => {
    const clock = manualClock();
    const memory = memoryStore<Jwt>();
    const { read, compareAndSet } = memory;
    const refreshed = deferred<never>();
    const session = make(clock, {
      // It hears of nobody: only its next look at the store tells.
      store: { read, compareAndSet },
      refresh: () => refreshed.promise,
    });
    await session.signIn(issue(clock, 0));
    const held = track(ask(session, () => true));
    await clock.advance(0);
    await make(clock, { store: memory }).signOut();
    refreshed.reject(Object.assign(new Error('refused'), { status: 401 }));
    await clock.advance(0);
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(session.current()).toBeNull();
  });
});
