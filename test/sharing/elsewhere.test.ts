import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import {
  LIFETIME_MS,
  setUp,
  signedIn,
  tokensNumber,
  track,
  type Tokens,
  type World,
} from '../session/set-up.js';

it('adopts, once its own renewal failed, what another session made meanwhile', async () => {
  const store = memoryStore<Tokens>();
  const clock = manualClock();
  const one = await signedIn({ store, retry: { baseMs: 10_000 } }, tokensNumber(1), clock);
  const two = setUp({ store }, clock);
  clock.jump(LIFETIME_MS);
  const controller = new AbortController();
  track(one.request({ signal: controller.signal }));
  await one.rest();
  await one.refresh.fail({ status: 503 });
  controller.abort(new Error('left'));
  track(two.request());
  await two.rest();
  await two.refresh.answer();
  await clock.advance(20_000);
  expect(one.session.current()).toEqual(tokensNumber(2));
  expect(one.typesOf('refresh-failed', 'adopted')).toEqual(['refresh-failed', 'adopted']);
});

const KICKED_OUT = '您的账号已在别处登录';
const kickedOut = { judge: () => ({ verdict: 'sign-out' as const, note: KICKED_OUT }) };

const ending = (world: World) => world.events.find(({ type }) => type === 'ended');

describe('the end of a session', () => {
  it('tells that it was here or elsewhere', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    const here = await signedIn({ store }, tokensNumber(1), clock);
    const elsewhere = setUp({ store }, clock);
    await here.session.signOut();
    await elsewhere.rest();
    expect(ending(here)).toMatchObject({ reason: 'signed-out', by: 'here' });
    expect(ending(elsewhere)).toMatchObject({ reason: 'signed-out', by: 'elsewhere' });
    expect(ending(here)).not.toHaveProperty('note');
  });

  it('brings what a judge took from the reply to every tab and every caller', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    const world = await signedIn({ store }, tokensNumber(1), clock);
    const other = setUp({ store }, clock);
    const slow = other.slowRequest();
    await expect(world.request(kickedOut)).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'server',
      note: KICKED_OUT,
      reply: { status: 200 },
    });
    await other.rest();
    expect(ending(world)).toMatchObject({ reason: 'server', by: 'here', note: KICKED_OUT });
    expect(ending(other)).toMatchObject({ reason: 'server', by: 'elsewhere', note: KICKED_OUT });
    other.dead.add('access-1-secret');
    slow.answer();
    await slow.reply;
    await expect(other.request({ whenSignedOut: 'reject' })).rejects.toMatchObject({ note: KICKED_OUT });
  });
});

describe('cooling down', () => {
  it('keeps it from the other sessions of the store too', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    const world = await signedIn({ store }, tokensNumber(1), clock);
    const other = setUp({ store }, clock);
    clock.jump(LIFETIME_MS);
    track(world.request());
    await world.rest();
    await world.refresh.fail({ status: 429, headers: new Headers({ 'retry-after': '60' }) });
    await expect(other.request()).rejects.toMatchObject({ kind: 'throttled' });
    expect(other.refreshes).toHaveLength(0);
  });
});

describe('refreshes in vain', () => {
  it('are forgotten when somebody signs in in another tab', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    const world = await signedIn({ store, fruitlessRefreshes: { limit: 1 } }, tokensNumber(1), clock);
    const other = setUp({ store }, clock);
    const order = (status: (token: string | undefined) => number) =>
      world.session.guard((tokens) => ({ status: status(tokens?.accessToken) }), {
        endpoint: () => '/orders',
      });
    const bad = track(order(() => 401));
    await world.rest();
    await world.refresh.answer();
    expect(bad.value).toEqual({ status: 401 });
    await other.session.signIn(tokensNumber(10));
    await world.rest();
    expect(world.session.current()).toEqual(tokensNumber(10));
    const ordinary = track(order((token) => (token === 'access-11-secret' ? 200 : 401)));
    await world.rest();
    expect(ordinary.reason).toBeUndefined();
  });
});

describe('late rejections', () => {
  it('replays with tokens that another session put into the store meanwhile', async () => {
    const store = memoryStore<Tokens>();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    const other = setUp({ store }, clock);
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    const forced = other.session.refresh();
    await world.rest();
    await other.refresh.answer();
    await forced;
    slow.answer();
    await world.rest();
    slow.answer();
    expect(await slow.reply).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.refreshes).toHaveLength(0);
  });
});
