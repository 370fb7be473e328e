import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../src/session/record.js';
import { memoryStore, type TokenStore } from '../../src/session/store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { expired, LIFETIME_MS, setUp, signedIn, times, tokensNumber, track, type Tokens } from './set-up.js';

/** A store whose operations wait until the test lets them go. */
function slowStore() {
  const memory = memoryStore<Tokens>();
  const waiting: (() => void)[] = [];
  const later = <Value>(operation: () => Value): Promise<Value> =>
    new Promise((resolve) => waiting.push(() => resolve(operation())));
  const store: TokenStore<Tokens> = {
    read: () => later(() => memory.read() as SessionRecord<Tokens> | null),
    compareAndSet: (expected, next) => later(() => memory.compareAndSet(expected, next) as boolean),
  };
  return {
    memory,
    store,
    /** Lets the oldest operation happen. */
    step: () => waiting.shift()?.(),
    async drain() {
      for (let idle = 0; idle < 20; idle++) {
        await Promise.resolve();
        if (waiting.length > 0) idle = 0;
        waiting.shift()?.();
      }
    },
  };
}

describe('signing in and out', () => {
  it('begins signed out, sends without tokens, and leaves the 401 of a login alone', async () => {
    const world = setUp();
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-out',
      generation: 0,
      expiresAt: undefined,
    });
    expect(await world.request()).toEqual({ status: 401, token: null });
    expect(world.sends).toEqual([null]);
    expect(world.refreshes).toHaveLength(0);
    await expect(world.session.tokens()).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'signed-out',
    });
    await expect(world.session.refresh()).rejects.toMatchObject({ code: 'session-ended' });
  });

  it('carries the tokens of a login', async () => {
    const world = await signedIn();
    expect(await world.request()).toEqual({ status: 200, token: 'access-1-secret' });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-in',
      expiresAt: world.clock.now() + LIFETIME_MS,
    });
  });

  it.each([null, undefined, ''])('refuses to sign in with %j', async (tokens) => {
    const { session } = setUp();
    await expect(session.signIn(tokens as unknown as Tokens)).rejects.toMatchObject({
      code: 'invalid-option',
      option: 'signIn(tokens)',
    });
    expect(session.snapshot().status).toBe('signed-out');
  });

  it('finds the sign-in that the store kept', async () => {
    const store = memoryStore<Tokens>();
    await signedIn({ store });
    const world = setUp({ store });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(world.events).toEqual([]);
  });

  it('stays signed out when it signs out while a refresh is under way, in the store too', async () => {
    const store = memoryStore<Tokens>();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    const signedOut = world.session.signOut();
    expect(world.session.current()).toBeNull();
    expect(world.refresh.signal.aborted).toBe(true);
    await signedOut;
    await world.refresh.answer();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-out',
      endedBy: 'signed-out',
      refreshing: false,
    });
    expect(await store.read()).toMatchObject({ tokens: null, endedBy: 'signed-out' });
    expect(world.typesOf('ended', 'refreshed')).toEqual(['ended']);
  });

  it('keeps the tokens of whoever signed in while a refresh was under way', async () => {
    const world = await expired();
    const held = track(world.request());
    await world.rest();
    await world.session.signIn(tokensNumber(10));
    await world.refresh.answer();
    expect(world.session.current()).toEqual(tokensNumber(10));
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual([]);
    expect(world.typesOf('ended', 'signed-in')).toEqual(['signed-in']);
  });

  it('goes on with the refresh of the next sign-in when that of the last one is answered', async () => {
    const world = await expired();
    track(world.request());
    await world.rest();
    await world.session.signIn(tokensNumber(10));
    world.dead.add('access-10-secret');
    const request = track(world.request());
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    await world.refreshes[0]?.answer();
    expect(world.session.snapshot()).toMatchObject({ refreshing: true, held: 1 });
    await world.refresh.answer();
    expect(request.value).toEqual({ status: 200, token: 'access-11-secret' });
    expect(world.refreshes).toHaveLength(2);
  });

  it('never sends what one person asked with the tokens of the next', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await world.session.signIn(tokensNumber(10));
    slow.answer();
    await expect(slow.reply).rejects.toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual(['access-1-secret']);
    expect(world.refreshes).toHaveLength(0);
  });

  it('hands on the reply to what one person asked, and takes no tokens and no sign-out from it', async () => {
    const world = await signedIn();
    const late = world.slowRequest({ judge: () => 'sign-out' });
    const bringing = world.slowRequest({ renewedBy: () => 'access-9-secret' });
    await world.session.signIn(tokensNumber(10));
    late.answer();
    bringing.answer();
    await expect(late.reply).rejects.toMatchObject({ code: 'session-ended', reason: 'server' });
    expect(await bringing.reply).toMatchObject({ status: 200 });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('ends at once at a reply judged sign-out, and refreshes nothing', async () => {
    const world = await signedIn();
    const other = world.slowRequest();
    const request = world.request({ judge: () => 'sign-out' });
    await expect(request).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'server',
      reply: { status: 200 },
    });
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'server' });
    other.answer();
    expect(await other.reply).toMatchObject({ status: 200 });
    expect(world.typesOf('ended')).toHaveLength(1);
    expect(world.refreshes).toHaveLength(0);
  });

  it('ends at a replay judged sign-out', async () => {
    const world = await signedIn();
    const request = track(
      world.request({ judge: ({ token }) => (token === 'access-1-secret' ? 'refresh' : 'sign-out') }),
    );
    await world.rest();
    await world.refresh.answer();
    expect(request.reason).toMatchObject({ reason: 'server' });
    expect(world.session.current()).toBeNull();
  });

  it('takes the reason it is given, and none of a click event', async () => {
    const one = await signedIn();
    await one.session.signOut('server');
    expect(one.session.snapshot().endedBy).toBe('server');
    const other = await signedIn();
    await other.session.signOut({ type: 'click' } as never);
    expect(other.session.snapshot().endedBy).toBe('signed-out');
  });

  it('signs out twice without harm, and tells it once', async () => {
    const world = await signedIn();
    await Promise.all([world.session.signOut(), world.session.signOut()]);
    await world.session.signOut();
    expect(world.typesOf('ended')).toHaveLength(1);
  });

  it('lets a listener of `ended` sign in again', async () => {
    const world = await signedIn();
    world.session.on('ended', () => void world.session.signIn(tokensNumber(10)));
    await world.session.signOut();
    await world.rest();
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('lets a listener of `refresh-started` sign out before anything is sent', async () => {
    const world = await expired();
    world.session.on('refresh-started', () => void world.session.signOut());
    const held = track(world.request());
    await world.rest();
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.refreshes).toHaveLength(0);
  });
});

describe('a slow store', () => {
  it('lets requests wait for the first read, and gives them its tokens', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    const request = track(world.request());
    const tokens = track(world.session.tokens());
    await world.rest();
    expect(world.session.snapshot()).toMatchObject({ status: 'loading', held: 2 });
    expect([request.status, tokens.status]).toEqual(['pending', 'pending']);
    await drain();
    await world.session.ready;
    await world.rest();
    expect(request.value).toEqual({ status: 200, token: 'access-1-secret' });
    expect(tokens.value).toEqual(tokensNumber(1));
  });

  it('lets requests wait for the first read, and go without tokens when there are none', async () => {
    const { store, drain } = slowStore();
    const world = setUp({ store });
    const request = track(world.request());
    await drain();
    expect(request.value).toEqual({ status: 401, token: null });
  });

  it('lets nobody overwrite a sign-in with what was read before it', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    const signIn = world.session.signIn(tokensNumber(10));
    await drain();
    await signIn;
    await world.session.ready;
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('lets nobody revive a session that ended before it was read', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    const signOut = world.session.signOut();
    expect(world.session.snapshot().status).toBe('signed-out');
    await drain();
    await signOut;
    expect(world.session.current()).toBeNull();
    expect(await memory.read()).toMatchObject({ tokens: null });
    expect(world.typesOf('ended')).toEqual([]);
  });

  it('lets nothing go out under the earlier sign-in while the next is on its way', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    await drain();
    const signIn = world.session.signIn(tokensNumber(10));
    const request = track(world.request());
    await world.rest();
    expect(world.sends).toEqual([]);
    await drain();
    await signIn;
    await world.rest();
    expect(request.value).toEqual({ status: 200, token: 'access-10-secret' });
  });

  it('keeps the last of several sign-ins and sign-outs, whichever it is', async () => {
    const { memory, store, drain } = slowStore();
    const world = setUp({ store });
    await drain();
    const { session } = world;
    const commands = [
      session.signIn(tokensNumber(10)),
      session.signOut(),
      session.signIn(tokensNumber(20)),
      session.signIn(tokensNumber(30)),
    ];
    await drain();
    await Promise.all(commands);
    expect(session.current()).toEqual(tokensNumber(30));
    expect(await memory.read()).toMatchObject({ tokens: tokensNumber(30) });
    expect(world.typesOf('signed-in', 'ended')).toEqual(['signed-in']);

    const last = [session.signIn(tokensNumber(40)), session.signOut()];
    await drain();
    await Promise.all(last);
    expect(session.current()).toBeNull();
    expect(await memory.read()).toMatchObject({ tokens: null });
    expect(world.typesOf('signed-in', 'ended')).toEqual(['signed-in', 'ended']);
  });

  it('frees a caller that leaves while the store is read', async () => {
    const { store, drain } = slowStore();
    const world = setUp({ store });
    const controller = new AbortController();
    const request = track(world.request({ signal: controller.signal }));
    const tokens = track(world.session.tokens({ signal: controller.signal }));
    controller.abort(new Error('left'));
    await world.rest();
    expect([request.reason, tokens.reason]).toEqual([new Error('left'), new Error('left')]);
    await drain();
  });

  it('frees a caller of tokens() that leaves in the very moment the store was read', async () => {
    const { memory, store, step, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    const controller = new AbortController();
    const tokens = track(world.session.tokens({ signal: controller.signal }));
    const left = new Error('left');
    world.session.subscribe(() => controller.abort(left));
    step();
    await drain();
    expect(tokens.reason).toBe(left);
  });

  it('wakes nobody before the new tokens are stored', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    await drain();
    world.clock.jump(LIFETIME_MS);
    const held = times(3, () => track(world.request()));
    await drain();
    await world.refresh.answer();
    expect(held.map(({ status }) => status)).toEqual(['pending', 'pending', 'pending']);
    await drain();
    expect(held.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(await memory.read()).toMatchObject({ tokens: tokensNumber(2) });
  });

  it('drops the tokens of a refresh when somebody signs out while they are stored', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    await drain();
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await drain();
    await world.refresh.answer();
    const signOut = world.session.signOut();
    await drain();
    await signOut;
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(await memory.read()).toMatchObject({ tokens: null });
    expect(world.typesOf('refreshed')).toEqual([]);
  });

  it('never stores the tokens of a refresh that is answered after the sign-out', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const written: unknown[] = [];
    const world = setUp({
      store: {
        ...store,
        compareAndSet(expected, next) {
          written.push(next.tokens);
          return store.compareAndSet(expected, next);
        },
      },
    });
    await drain();
    track(world.session.refresh());
    await drain();
    const signOut = world.session.signOut();
    await world.refresh.answer();
    await drain();
    await signOut;
    expect(written).toEqual([tokensNumber(1), null]);
  });

  it('sends no refresh when somebody signs out while it is claimed', async () => {
    const { memory, store, step, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    await drain();
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    step();
    await world.rest();
    step();
    const signOut = world.session.signOut();
    await drain();
    await signOut;
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.refreshes).toHaveLength(0);
  });

  it('takes no tokens of a reply when somebody signs out while they are stored', async () => {
    const { memory, store, drain } = slowStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    await drain();
    const request = track(world.request({ renewedBy: () => 'access-9-secret' }));
    await world.rest();
    const signOut = world.session.signOut();
    await drain();
    await signOut;
    expect(request.value).toMatchObject({ status: 200 });
    expect(world.session.current()).toBeNull();
    expect(await memory.read()).toMatchObject({ tokens: null });
  });

  it('gives its claim back when it slept between the claim and the refresh', async () => {
    const { memory, store, step, drain } = slowStore();
    const clock = manualClock();
    await signedIn({ store: memory }, tokensNumber(1), clock);
    const world = setUp({ store }, clock);
    await drain();
    clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    step();
    await world.rest();
    step();
    clock.jump(16_000);
    await world.rest();
    await drain();
    await world.refresh.answer();
    await drain();
    expect(held.value).toMatchObject({ status: 200 });
    expect(world.refreshes).toHaveLength(1);
    expect(await memory.read()).toMatchObject({ fence: 3 });
  });
});
