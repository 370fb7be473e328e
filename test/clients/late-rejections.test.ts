import { describe, expect, it } from 'vitest';
import { isHoldfastError } from '../../src/index.js';
import { slowRoute } from './support/routes.js';
import { failureOf, SUBJECTS } from './support/subjects.js';
import { createWorld } from './support/world.js';

describe.each(SUBJECTS)('late rejections, $name', ({ make }) => {
  it('late-rejection: a 401 that arrives after the refresh is replayed without another', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const { arrived, answer } = slowRoute(world, '/api/slow');
    world.server.revokeAccess();
    const slow = client('/api/slow');
    await arrived;
    expect((await client('/api/echo')).status).toBe(200);
    answer();
    expect((await slow).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 1, reuseAlarms: 0 });
  });

  it('late-staggered: 401s one after the other cause one refresh', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const routes = ['/api/a', '/api/b', '/api/c'].map((path) => slowRoute(world, path));
    world.server.revokeAccess();
    const answers = ['/api/a', '/api/b', '/api/c'].map((path) => client(path));
    const statuses: (number | undefined)[] = [];
    for (const [index, { arrived, answer }] of routes.entries()) {
      await arrived;
      answer();
      statuses.push((await answers[index])?.status);
    }
    expect(statuses).toEqual([200, 200, 200]);
    expect(world.server.counters.refreshes).toBe(1);
  });

  it('late-two-rotations: a request outlives two rotations', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const { arrived, answer } = slowRoute(world, '/api/slow');
    world.server.revokeAccess();
    const slow = client('/api/slow');
    await arrived;
    await client('/api/echo');
    world.server.revokeAccess();
    await client('/api/echo');
    answer();
    expect((await slow).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 2, reuseAlarms: 0 });
  });

  it('late-after-failure: shares the failure of its tokens, and a later request tries again', async () => {
    const world = await createWorld({ session: { retry: { limit: 0 } } });
    const client = make(world.origin, world.session);
    const { arrived, answer } = slowRoute(world, '/api/slow');
    world.server.revokeAccess();
    world.server.failNextRefresh('unavailable');
    const slow = failureOf(client('/api/slow'));
    await arrived;
    expect(await failureOf(client('/api/echo'))).toMatchObject({ code: 'refresh-failed' });
    answer();
    expect(await slow).toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    expect(world.server.counters.refreshes).toBe(1);
    expect((await client('/api/echo')).status).toBe(200);
  });

  it('late-after-sign-out: no refresh and no second send', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const { arrived, answer } = slowRoute(world, '/api/slow');
    world.server.revokeAccess();
    const slow = failureOf(client('/api/slow'));
    await arrived;
    await world.session.signOut();
    answer();
    expect(isHoldfastError(await slow, 'session-ended')).toBe(true);
    expect(world.server.counters.refreshes).toBe(0);
    expect(world.sends).toHaveLength(1);
  });

  it('no-replay-as-other: a rejected DELETE of one user never goes out with the token of another', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const { arrived, answer } = slowRoute(world, '/api/slow');
    world.server.revokeAccess();
    const slow = failureOf(client('/api/slow', { method: 'DELETE' }));
    await arrived;
    await world.session.signIn(world.server.signIn('lin'));
    answer();
    expect(await slow).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends.map(({ method }) => method)).toEqual(['DELETE']);
  });
});
