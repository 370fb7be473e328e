import { describe, expect, it } from 'vitest';
import type { SessionOptions } from '../../src/session/core/options.js';
import { createSession } from '../../src/session/session.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { after } from '../support/after.js';
import {
  LIFETIME_MS,
  recordIn,
  signedIn,
  times,
  tokensNumber,
  track,
  type Tokens,
  type World,
} from './set-up.js';

type Server = {
  readonly world: {
    clock: ReturnType<typeof manualClock>;
    session: ReturnType<typeof createSession<Tokens>>;
  };
  refreshes: number;
  /** The access token that is accepted. */
  valid: string;
  down: boolean;
  request(endpoint?: string): Promise<number>;
};

/** A server whose refresh takes 60 ms, and answers 500 while it is down. */
async function server(
  options: Partial<SessionOptions<Tokens>> = {},
  more: Partial<Tokens> = {},
): Promise<Server> {
  const clock = manualClock();
  const session = createSession<Tokens>({
    clock,
    async refresh() {
      await after(clock, 60);
      if (site.down) throw Object.assign(new Error('down'), { status: 500 });
      const tokens = tokensNumber(++site.refreshes + 1, more);
      site.valid = tokens.accessToken;
      return tokens;
    },
    ...recordIn(),
    ...options,
  });
  const site: Server = {
    world: { clock, session },
    refreshes: 0,
    valid: 'access-1-secret',
    down: false,
    async request(endpoint = '/orders') {
      const reply = await session.guard(
        (tokens) => ({ status: endpoint === '/forbidden' || tokens?.accessToken !== site.valid ? 401 : 200 }),
        { endpoint: () => endpoint },
      );
      return reply.status;
    },
  };
  await session.signIn(tokensNumber(1, more));
  return site;
}

/** So many requests, one every `everyMs`, and how many of them were served. */
async function served(
  site: Server,
  count: number,
  everyMs: number,
  before: (n: number) => void = () => {},
): Promise<boolean[]> {
  const results: boolean[] = [];
  for (let n = 0; n < count; n++) {
    before(n);
    const at = n;
    site.request().then(
      (status) => (results[at] = status === 200),
      () => (results[at] = false),
    );
    await site.world.clock.advance(everyMs);
  }
  await site.world.clock.advance(1_000);
  return results;
}

describe('refreshes that help are not limited', () => {
  it('serves four requests a second for a minute where tokens live for three seconds', async () => {
    const site = await server({}, { expiresIn: 3 });
    expect((await served(site, 240, 250)).every(Boolean)).toBe(true);
    expect(site.refreshes).toBeLessThan(40);
  });

  it('serves twelve quick revocations, each of which needs a refresh', async () => {
    const site = await server();
    const all = await served(site, 12, 200, () => (site.valid = 'revoked'));
    expect(all.every(Boolean)).toBe(true);
    expect(site.refreshes).toBe(12);
  });

  it('serves at once when an outage is over', async () => {
    const site = await server({}, { expiresIn: 3 });
    const all = await served(site, 80, 250, (n) => (site.down = n >= 10 && n < 50));
    expect(all.slice(52).every(Boolean)).toBe(true);
  });

  it('tries once for each request while the server goes on failing, after the first failure', async () => {
    let calls = 0;
    const site = await server({
      refresh: () => {
        calls++;
        throw Object.assign(new Error('down'), { status: 500 });
      },
    });
    site.world.clock.jump(LIFETIME_MS);
    await served(site, 1, 2_000);
    expect(calls).toBe(3);
    await served(site, 3, 200);
    expect(calls).toBe(6);
    site.world.clock.jump(10_000);
    await served(site, 1, 2_000);
    expect(calls).toBe(9);
  });
});

describe('refreshes in vain are limited for whoever asked for them', () => {
  it.each(['by the clock', 'by a rejection'])(
    'serves the others after eight rejections of one endpoint, when the tokens end %s',
    async (how) => {
      const site = await server();
      for (let n = 0; n < 8; n++) {
        const request = track(site.request('/forbidden'));
        await site.world.clock.advance(100);
        expect(request.status).not.toBe('pending');
      }
      expect(site.refreshes).toBe(5);
      if (how === 'by the clock') site.world.clock.jump(LIFETIME_MS);
      else site.valid = 'revoked';
      expect(await served(site, 3, 100)).toEqual([true, true, true]);
      expect(site.refreshes).toBe(6);
    },
  );

  it('says so once in the events, and to each caller', async () => {
    const site = await server();
    const told: unknown[] = [];
    site.world.session.on('refresh-failed', (event) => told.push(event));
    const requests = times(9, () => track(Promise.resolve()));
    for (const n of requests.keys()) {
      requests[n] = track(site.request('/forbidden').then(() => {}));
      await site.world.clock.advance(100);
    }
    expect(requests.slice(0, 5).map(({ status }) => status)).toEqual(times(5, () => 'fulfilled'));
    for (const { reason } of requests.slice(5)) {
      expect(reason).toMatchObject({ code: 'refresh-failed', kind: 'too-many', reply: { status: 401 } });
    }
    expect(told).toMatchObject([{ kind: 'too-many' }]);
    expect(site.world.session.snapshot()).not.toHaveProperty('failure');
  });

  it('lets a refresh for others be no refresh for who is blocked', async () => {
    const site = await server();
    for (let n = 0; n < 5; n++) {
      void site.request('/forbidden');
      await site.world.clock.advance(100);
    }
    site.valid = 'revoked';
    const ordinary = site.request();
    await site.world.clock.advance(10);
    const forbidden = track(site.request('/forbidden'));
    await site.world.clock.advance(1_000);
    expect(await ordinary).toBe(200);
    expect(forbidden.reason).toMatchObject({ kind: 'too-many' });
    expect(site.refreshes).toBe(6);
  });

  it('makes no loop of tokens that are dead when they arrive', async () => {
    const site = await server({}, { expiresIn: 0.01 });
    site.world.clock.jump(10);
    const request = track(site.request());
    await site.world.clock.advance(10_000);
    expect(request.reason).toMatchObject({ kind: 'too-many' });
    expect(site.refreshes).toBe(5);
  });

  it('lets tokens that expired by the leeway alone serve to their end', async () => {
    const short = (n: number): Tokens => tokensNumber(n, { expiresIn: 20 });
    const world = await signedIn({ fruitlessRefreshes: { limit: 1 } }, short(1));
    world.clock.jump(20_000);
    const first = track(world.request());
    await world.rest();
    // They were on their way for as long as they live.
    world.clock.jump(20_000);
    await world.refresh.answer(short(2));
    expect(first.reason).toMatchObject({ kind: 'too-many' });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer(short(3));
    expect(await forced).toEqual(short(3));
    world.clock.jump(16_000);
    expect(await world.request()).toEqual({ status: 200, token: 'access-3-secret' });
    expect(world.refreshes).toHaveLength(2);
    world.clock.jump(4_000);
    await expect(world.request()).rejects.toMatchObject({ kind: 'too-many' });
  });

  it('counts what nobody sees the effect of until something takes the tokens', async () => {
    const world = await signedIn({ fruitlessRefreshes: { limit: 2 } });
    const force = async (): Promise<unknown> => {
      const forced = track(world.session.refresh());
      await world.rest();
      if (forced.status === 'pending') await world.refresh.answer();
      return forced.reason ?? forced.value;
    };
    await force();
    await force();
    expect(await force()).toMatchObject({ code: 'refresh-failed', kind: 'too-many' });
    await world.request();
    expect(await force()).toEqual(tokensNumber(4));
  });

  it('limits requests that are not sent again by themselves', async () => {
    const world = await signedIn({ fruitlessRefreshes: { limit: 2 } });
    const pay = async (world_: World): Promise<void> => {
      world_.dead.add(world_.session.current()?.accessToken ?? '');
      await expect(world_.request({ replay: false, endpoint: () => 'POST /payments' })).rejects.toMatchObject(
        { code: 'not-replayable' },
      );
      await world_.rest();
      if (world_.session.snapshot().refreshing) await world_.refresh.answer();
    };
    for (let n = 0; n < 4; n++) await pay(world);
    expect(world.refreshes).toHaveLength(2);
    const ordinary = world.request({ endpoint: () => 'GET /orders' });
    await world.rest();
    await world.refresh.answer();
    expect(await ordinary).toMatchObject({ status: 200 });
  });
});
