import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, setUp, signedIn, times, tokensNumber, track } from '../session/set-up.js';
import { steppedStore } from './stepped-store.js';

describe('a slow store', () => {
  it('lets requests wait for the first read, and gives them its tokens', async () => {
    const { memory, store, drain } = steppedStore();
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
    const { store, drain } = steppedStore();
    const world = setUp({ store });
    const request = track(world.request());
    await drain();
    expect(request.value).toEqual({ status: 401, token: null });
  });

  it('lets nobody overwrite a sign-in with what was read before it', async () => {
    const { memory, store, drain } = steppedStore();
    await signedIn({ store: memory });
    const world = setUp({ store });
    const signIn = world.session.signIn(tokensNumber(10));
    await drain();
    await signIn;
    await world.session.ready;
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('lets nobody revive a session that ended before it was read', async () => {
    const { memory, store, drain } = steppedStore();
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
    const { memory, store, drain } = steppedStore();
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
    const { memory, store, drain } = steppedStore();
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
    const { store, drain } = steppedStore();
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
    const { memory, store, step, drain } = steppedStore();
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
    const { memory, store, drain } = steppedStore();
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
    const { memory, store, drain } = steppedStore();
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
    const { memory, store, drain } = steppedStore();
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
    const { memory, store, step, drain } = steppedStore();
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
    const { memory, store, drain } = steppedStore();
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
    const { memory, store, step, drain } = steppedStore();
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
