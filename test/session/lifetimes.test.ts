import { describe, expect, it } from 'vitest';
import { createSession, type Session } from '../../src/session/session.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { manualClock, type ManualClock } from '../../src/testing/manual-clock.js';
import {
  LIFETIME_MS,
  recordIn,
  REFUSED,
  signedIn,
  times,
  tokensNumber,
  type Tokens,
  type WorldOptions,
} from './set-up.js';

const TWO_HOURS_MS = 7_200_000;

describe('stale-expiry', () => {
  const dated = (world: { clock: ManualClock }, ms = LIFETIME_MS): Tokens =>
    ({ ...tokensNumber(1, { expiresIn: undefined as never }), expiresAt: world.clock.now() + ms }) as Tokens;

  it('is not taken for that of the new token: one refresh, and not one after the other', async () => {
    const clock = manualClock();
    const world = await signedIn({}, dated({ clock }), clock);
    clock.jump(LIFETIME_MS - 200_000);
    await world.request();
    await world.rest();
    await world.refresh.answer({ accessToken: 'access-2-secret' });
    expect(world.session.snapshot().expiresAt).toBeUndefined();
    for (const _ of times(20, () => 0)) {
      clock.jump(30_000);
      expect(await world.request()).toMatchObject({ status: 200, token: 'access-2-secret' });
    }
    expect(world.refreshes).toHaveLength(1);
  });

  it('gives way to a lifetime in seconds', async () => {
    const clock = manualClock();
    const world = await signedIn({}, dated({ clock }), clock);
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer({ accessToken: 'access-2-secret', expiresIn: 60 });
    await forced;
    expect(world.session.snapshot().expiresAt).toBe(clock.now() + 60_000);
  });

  it('does not make a new token that came in a header die early', async () => {
    const clock = manualClock();
    const world = await signedIn({}, dated({ clock }), clock);
    await world.request({ renewedBy: () => 'access-9-secret' });
    expect(world.session.snapshot().expiresAt).toBeUndefined();
    clock.jump(TWO_HOURS_MS);
    expect(await world.request()).toMatchObject({ token: 'access-9-secret' });
    expect(world.refreshes).toHaveLength(0);
  });

  it('does not let an access token live longer with a new refresh token', async () => {
    const world = await signedIn();
    const { expiresAt } = world.session.snapshot();
    world.clock.jump(LIFETIME_MS / 2);
    await world.request({ renewedBy: () => ({ refreshToken: 'refresh-9-secret' }) });
    expect(world.session.current()).toMatchObject({ refreshToken: 'refresh-9-secret' });
    expect(world.session.snapshot().expiresAt).toBe(expiresAt);
  });
});

/** A server that has the right time, whatever the clock of the session says. */
function server(clock: ManualClock): {
  skewMs: number;
  refreshes: number;
  rejections: number;
  issue(agoMs?: number): Tokens;
  session(options?: WorldOptions): Session<Tokens>;
  request(session: Session<Tokens>): Promise<number>;
} {
  let issued = 0;
  const deadAt = new Map<string, number>();
  const made = {
    skewMs: 0,
    refreshes: 0,
    rejections: 0,
    issue(agoMs = 0): Tokens {
      const issuedAt = clock.now() - made.skewMs - agoMs;
      const claims = { iat: issuedAt / 1000, exp: (issuedAt + LIFETIME_MS) / 1000, jti: ++issued };
      const accessToken = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
      deadAt.set(accessToken, issuedAt + LIFETIME_MS);
      return { accessToken, refreshToken: `refresh-${issued}-secret` };
    },
    session: ({ store, ...options }: WorldOptions = {}) =>
      createSession<Tokens>({
        clock,
        refresh() {
          made.refreshes++;
          return made.issue();
        },
        ...recordIn(store),
        ...options,
      }),
    async request(session: Session<Tokens>): Promise<number> {
      const { status } = await session.guard((tokens) => {
        const isGood = (deadAt.get(tokens?.accessToken ?? '') ?? 0) > clock.now() - made.skewMs;
        if (!isGood) made.rejections++;
        return { status: isGood ? 200 : 401 };
      });
      return status;
    },
  };
  return made;
}

describe('restored-token', () => {
  it('is refreshed once before anything is sent, by its iat', async () => {
    const clock = manualClock();
    const api = server(clock);
    const session = api.session();
    const old = api.issue(2 * LIFETIME_MS);
    await session.signIn(old);
    expect(session.snapshot().expiresAt).toBe(clock.now() - LIFETIME_MS);
    expect(session.current()).toEqual(old);
    expect(await Promise.all(times(20, () => api.request(session)))).toEqual(times(20, () => 200));
    expect(api).toMatchObject({ refreshes: 1, rejections: 0 });
  });

  it('is not handed out by tokens()', async () => {
    const api = server(manualClock());
    const session = api.session();
    const old = api.issue(2 * LIFETIME_MS);
    await session.signIn(old);
    expect(await session.tokens()).not.toEqual(old);
  });

  it('serves to its end where it is half way through', async () => {
    const clock = manualClock();
    const api = server(clock);
    const session = api.session();
    await session.signIn(api.issue(LIFETIME_MS / 2));
    expect(session.snapshot().expiresAt).toBe(clock.now() + LIFETIME_MS / 2);
    expect(await api.request(session)).toBe(200);
    expect(api.refreshes).toBe(0);
  });

  it('counts a lifetime in seconds beside an old iat from there', async () => {
    const clock = manualClock();
    const api = server(clock);
    const session = api.session();
    await session.signIn({ ...api.issue(2 * LIFETIME_MS), expiresIn: LIFETIME_MS / 1000 });
    expect(session.snapshot().expiresAt).toBe(clock.now() - LIFETIME_MS);
  });

  it('is as old as receivedAt says, opaque or not', async () => {
    const world = await signedIn();
    const now = world.clock.now();
    await world.session.signIn(tokensNumber(1), { receivedAt: now - LIFETIME_MS - 1 });
    expect(world.session.snapshot().expiresAt).toBe(now - 1);
    const request = world.request();
    await world.rest();
    await world.refresh.answer();
    expect(await request).toMatchObject({ token: 'access-2-secret' });
    expect(world.sends).toEqual(['access-2-secret']);

    const api = server(world.clock);
    const session = api.session();
    await session.signIn(api.issue(2 * LIFETIME_MS), { receivedAt: now });
    expect(session.snapshot().expiresAt).toBe(now + LIFETIME_MS);
  });

  it.each([3_600_000, Infinity])('was not received in the future: %d', async (ms) => {
    const { session, clock } = await signedIn();
    await session.signIn(tokensNumber(1), { receivedAt: clock.now() + ms });
    expect(session.snapshot().expiresAt).toBe(clock.now() + LIFETIME_MS);
  });

  it.each([NaN, -Infinity, '2026', new Date(0), null])(
    'is refused with receivedAt %s',
    async (receivedAt) => {
      const { session } = await signedIn();
      await expect(
        session.signIn(tokensNumber(2), { receivedAt: receivedAt as never }),
      ).rejects.toMatchObject({
        code: 'invalid-option',
        option: 'signIn(tokens, options).receivedAt',
      });
      expect(session.current()).toEqual(tokensNumber(1));
    },
  );

  it.each([1_767_225_600_000, null, { received: 1 }])(
    'is refused with %j for its options',
    async (options) => {
      const { session } = await signedIn();
      await expect(session.signIn(tokensNumber(2), options as never)).rejects.toMatchObject({
        code: 'invalid-option',
      });
    },
  );

  it('is told from a new one when onExpired brings it too', async () => {
    const clock = manualClock();
    const api = server(clock);
    let refused = false;
    const session = api.session({
      subject: () => 'ada',
      refresh() {
        api.refreshes++;
        if (!refused) throw Object.assign(new Error('refused'), REFUSED);
        return api.issue();
      },
      onExpired() {
        refused = true;
        return api.issue(2 * LIFETIME_MS);
      },
    });
    await session.signIn(api.issue(2 * LIFETIME_MS));
    expect(await api.request(session)).toBe(200);
    // Old by its own account and refused a refresh, the first is tried all the same: a clock may be wrong.
    expect(api).toMatchObject({ refreshes: 3, rejections: 1 });
  });
});

describe('clock-skew', () => {
  it.each([
    ['ahead', TWO_HOURS_MS, 1],
    ['behind', -TWO_HOURS_MS, 0],
  ])(
    'costs one refresh at most where the clock is two hours %s, and then none',
    async (_name, skewMs, needless) => {
      const clock = manualClock();
      const api = server(clock);
      api.skewMs = skewMs;
      const session = api.session();
      await session.signIn(api.issue());
      for (const _ of times(10, () => 0)) expect(await api.request(session)).toBe(200);
      expect(api).toMatchObject({ refreshes: needless, rejections: 0 });
      const inUse = session.snapshot().expiresAt;
      expect(inUse).toBe(clock.now() + LIFETIME_MS);

      clock.jump(LIFETIME_MS);
      for (const _ of times(5, () => 0)) expect(await api.request(session)).toBe(200);
      expect(api).toMatchObject({ refreshes: needless + 1, rejections: 0 });

      // What the refreshes showed counts at the next sign-in, of new tokens and of old ones.
      await session.signIn(api.issue());
      expect(session.snapshot().expiresAt).toBe(clock.now() + LIFETIME_MS);
      await session.signOut();
      await session.signIn(api.issue(2 * LIFETIME_MS));
      expect(session.snapshot().expiresAt).toBe(clock.now() - LIFETIME_MS);
      expect(await api.request(session)).toBe(200);
      expect(api).toMatchObject({ refreshes: needless + 2, rejections: 0 });
    },
  );

  it('is known to a session that finds refreshed tokens in its store', async () => {
    const clock = manualClock();
    const api = server(clock);
    api.skewMs = TWO_HOURS_MS;
    const store = memoryStore<Tokens>();
    const first = api.session({ store });
    await first.signIn(api.issue());
    await first.refresh();
    const later = api.session({ store });
    await later.ready;
    await later.signIn(api.issue());
    expect(later.snapshot().expiresAt).toBe(clock.now() + LIFETIME_MS);
  });

  it('is learnt anew after the clock was set', async () => {
    const clock = manualClock();
    const api = server(clock);
    api.skewMs = TWO_HOURS_MS;
    const session = api.session();
    await session.signIn(api.issue());
    await session.refresh();
    clock.jump(-2 * TWO_HOURS_MS);
    api.skewMs = -TWO_HOURS_MS;
    await session.signIn(api.issue());
    expect(session.snapshot().expiresAt).toBe(clock.now() + LIFETIME_MS);
    clock.jump(LIFETIME_MS);
    expect(await api.request(session)).toBe(200);
    await session.signIn(api.issue(2 * LIFETIME_MS));
    expect(session.snapshot().expiresAt).toBe(clock.now() - LIFETIME_MS);
  });
});
