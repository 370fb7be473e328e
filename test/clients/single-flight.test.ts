import { sharedStore } from '../../src/sharing/shared-store.js';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/index.js';
import { deferred } from '../support/deferred.js';
import { slowRoute } from './support/routes.js';
import { overFetch, overHttp, SUBJECTS, type Answer } from './support/subjects.js';
import { createWorld, refreshAt } from './support/world.js';

const FIFTY = Array.from({ length: 50 }, (_, index) => index);

describe.each(SUBJECTS)('single flight, $name', ({ make }) => {
  it('concurrent-expired: 50 requests, one refresh, 50 sends', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    world.expire();
    const answers = await Promise.all(FIFTY.map((index) => client(`/api/echo?card=${index}`)));
    expect(answers.map(({ status }) => status)).toEqual(FIFTY.map(() => 200));
    expect(answers.map(({ body }) => (body as { query: string }).query)).toEqual(
      FIFTY.map((index) => `card=${index}`),
    );
    expect(world.server.counters).toMatchObject({ refreshes: 1, reuseAlarms: 0, served: 50, rejected: 0 });
  });

  it('concurrent-rejected: 50 requests, one refresh, at most 100 sends', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    world.server.revokeAccess();
    const answers = await Promise.all(FIFTY.map(() => client('/api/echo')));
    expect(answers.map(({ status }) => status)).toEqual(FIFTY.map(() => 200));
    expect(world.server.counters).toMatchObject({ refreshes: 1, reuseAlarms: 0, served: 50 });
    expect(world.sends.length).toBeLessThanOrEqual(100);
  });

  it('arrive-during-refresh: a request begun meanwhile is held', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const gate = world.hold('/auth/refresh');
    world.expire();
    const first = client('/api/echo');
    await gate.waiting(1);
    const second = client('/api/echo');
    expect(world.sends).toEqual([]);
    gate.open();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(world.server.counters).toMatchObject({ refreshes: 1, rejected: 0 });
  });

  it('two-cycles: a second expiry behaves as the first', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    for (const cycle of [1, 2]) {
      world.expire();
      const answers = await Promise.all([client('/api/echo'), client('/api/echo')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(world.server.counters.refreshes).toBe(cycle);
    }
  });

  it('overlapping-cycles: a slow replay of the first is out while the second runs', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const { arrived, answer } = slowRoute(world, '/api/slow');
    const fiveTimes = (): Promise<Answer[]> => Promise.all(FIFTY.slice(0, 5).map(() => client('/api/echo')));
    world.server.revokeAccess();
    const slow = client('/api/slow');
    const first = await fiveTimes();
    await arrived;
    world.server.revokeAccess();
    const second = await fiveTimes();
    answer();
    expect([...first, ...second].map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await slow).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 2, reuseAlarms: 0 });
  });

  it('both-judges: the clock and a rejection ask at once', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const gate = world.hold('/api/echo');
    const rejected = client('/api/echo');
    await gate.waiting(1);
    world.expire();
    const expired = client('/api/echo');
    gate.open();
    expect([(await rejected).status, (await expired).status]).toEqual([200, 200]);
    expect(world.server.counters.refreshes).toBe(1);
  });

  it('separate-sessions: one never waits for the other', async () => {
    const [mine, other] = await Promise.all([createWorld(), createWorld()]);
    const gate = mine.hold('/auth/refresh');
    mine.expire();
    other.expire();
    const stuck = make(mine.origin, mine.session)('/api/echo');
    expect((await make(other.origin, other.session)('/api/echo')).status).toBe(200);
    gate.open();
    expect((await stuck).status).toBe(200);
  });

  it('first-load: requests made before the store is read wait for it and carry its tokens', async () => {
    const world = await createWorld({ signedIn: false });
    const record = {
      tokens: world.server.signIn('ada'),
      generation: 1,
      epoch: 1,
      requestedAt: world.clock.now(),
      fence: 0,
      claim: null,
    };
    const reading = deferred();
    const session = createSession({
      clock: world.clock,
      store: sharedStore({
        read: () => reading.promise.then(() => record),
        compareAndSet: () => Promise.resolve(true),
      }),
      refresh: (tokens, { signal }) => refreshAt(world.origin, tokens, signal),
    });
    const answer = make(world.origin, session)('/api/echo');
    expect(session.snapshot().status).toBe('loading');
    reading.resolve();
    expect((await answer).status).toBe(200);
    expect(world.sends).toHaveLength(1);
  });

  it('revoked-early: the clock says valid, the server says 401', async () => {
    const world = await createWorld();
    world.server.revokeAccess();
    expect((await make(world.origin, world.session)('/api/echo')).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 1, rejected: 1, served: 1 });
  });

  it('background-ageing: nobody is held, one refresh runs behind them', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const gate = world.hold('/auth/refresh');
    const refreshed = deferred<unknown>();
    world.session.on('refreshed', refreshed.resolve);
    world.clock.jump(45_000);
    const answers = await Promise.all(FIFTY.map(() => client('/api/echo')));
    expect(answers.map(({ status }) => status)).toEqual(FIFTY.map(() => 200));
    expect(world.session.snapshot()).toMatchObject({ refreshing: true, held: 0 });
    gate.open();
    await refreshed.promise;
    expect(world.server.counters).toMatchObject({ refreshes: 1, served: 50, rejected: 0 });
  });
});

describe('many-clients', () => {
  it('shares one refresh among three axios instances and a fetch', async () => {
    const world = await createWorld();
    const clients = [overHttp, overHttp, overHttp, overFetch].map(({ make }) =>
      make(world.origin, world.session),
    );
    world.server.revokeAccess();
    const answers = await Promise.all(clients.flatMap((client) => FIFTY.map(() => client('/api/echo'))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(world.server.counters).toMatchObject({ refreshes: 1, reuseAlarms: 0, served: 200 });
  });
});
