import { describe, expect, it } from 'vitest';
import { signedIn, times, tokensNumber, track, type Tokens, type World } from './set-up.js';

/** A guarded request to `endpoint`, answered at once with what `status` says of the access token. */
function ask(
  world: World,
  endpoint: string,
  status: (token: string | undefined) => number,
): Promise<unknown> {
  return world.session.guard((tokens) => ({ status: status(tokens?.accessToken) }), {
    endpoint: () => endpoint,
  });
}

describe('refreshes in vain', () => {
  it('one refresh is one, however many endpoints reject its tokens', async () => {
    const world = await signedIn();
    // Five widgets of a page that this person may not see.
    const widgets = times(5, (n) => track(ask(world, `/widget-${'abcde'[n]}`, () => 401)));
    await world.rest();
    await world.refresh.answer();
    expect(widgets.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(world.refreshes).toHaveLength(1);
    // Now the tokens are truly revoked.
    const ordinary = track(ask(world, '/orders', (token) => (token === 'access-3-secret' ? 200 : 401)));
    await world.rest();
    expect(ordinary.reason).toBeUndefined();
    expect(world.refreshes).toHaveLength(2);
  });

  it('two endpoints that reject everything do not cost the others theirs where one is allowed', async () => {
    const world = await signedIn({ fruitlessRefreshes: { limit: 1 } });
    const bad = ['/a', '/b'].map((endpoint) => track(ask(world, endpoint, () => 401)));
    await world.rest();
    await world.refresh.answer();
    expect(bad.every(({ status }) => status === 'fulfilled')).toBe(true);
    const ordinary = track(ask(world, '/orders', (token) => (token === 'access-3-secret' ? 200 : 401)));
    await world.rest();
    expect(ordinary.reason).toBeUndefined();
  });

  it('silent logins by onExpired are limited too, where an endpoint rejects whatever it gets', async () => {
    let logins = 0;
    const world = await signedIn(
      {
        subject: ({ user }) => user,
        // No refresh tokens, as in a mini-program: the platform logs in again without a word.
        refresh: () => Promise.reject(Object.assign(new Error('refused'), { status: 401 })),
        onExpired: () => Promise.resolve(tokensNumber(++logins + 1, { user: 'alice' })),
      },
      tokensNumber(1, { user: 'alice' }),
    );
    for (let n = 0; n < 50; n++) {
      await ask(world, '/forbidden', () => 401).catch(() => {});
      await world.clock.advance(100);
    }
    expect(logins).toBeLessThanOrEqual(5);
  });

  it('a socket that refuses every token is limited, though requests are served', async () => {
    const world = await signedIn();
    for (let n = 0; n < 20; n++) {
      const newer = track(world.session.tokens({ rejected: world.session.current() as Tokens }));
      await world.rest();
      if (newer.status === 'pending') await world.refresh.answer();
      // Something else is served meanwhile, as a page's polling is.
      expect(await ask(world, '/news', () => 200)).toEqual({ status: 200 });
      world.clock.jump(100);
    }
    expect(world.refreshes.length).toBeLessThanOrEqual(5);
  });

  it('a limit that is no whole number is refused, or limits', async () => {
    let world: World | undefined;
    try {
      world = await signedIn({ fruitlessRefreshes: { limit: 2.5 } });
    } catch {
      return;
    }
    for (let n = 0; n < 10; n++) {
      const bad = track(ask(world, '/orders', () => 401));
      await world.rest();
      if (bad.status === 'pending') await world.refresh.answer();
    }
    expect(world.refreshes.length).toBeLessThanOrEqual(3);
  });
});

describe('the hot path', () => {
  it('asks nobody for endpoints any more once what was counted is past', async () => {
    const world = await signedIn();
    const bad = track(ask(world, '/forbidden', () => 401));
    await world.rest();
    await world.refresh.answer();
    expect(bad.value).toEqual({ status: 401 });
    world.clock.jump(600_000);
    await ask(world, '/orders', () => 200);
    let asked = 0;
    await world.session.guard(() => ({ status: 200 }), { endpoint: () => String(asked++) });
    expect(asked).toBe(0);
  });
});
