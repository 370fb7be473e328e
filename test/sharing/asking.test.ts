import { describe, expect, it, vi } from 'vitest';
import { renewed } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, REFUSED, setUp, signedIn, track, type Tokens } from '../session/set-up.js';
import { alice, subject, holdAndRefuse } from '../session/dialog.js';
import { faultyStore } from './faulty-store.js';
import { silent } from './support.js';

/** A store that tells nothing, and lets something happen just before it writes. */
function interruptedStore() {
  const memory = memoryStore<Tokens>();
  let happen: () => void | Promise<void> = () => {};
  const store: TokenStore<Tokens> = {
    read: memory.read,
    async compareAndSet(expected, next) {
      const now = happen;
      happen = () => {};
      await now();
      return memory.compareAndSet(expected, next);
    },
  };
  return { memory, store, beforeNextWrite: (what: typeof happen) => void (happen = what) };
}

describe('onExpired', () => {
  it('serves those who wait when another session of the store gets new tokens first', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    let isAsking = false;
    const world = await signedIn(
      { store, onExpired: () => ((isAsking = true), new Promise(() => {})) },
      alice(1),
      clock,
    );
    const [held] = await holdAndRefuse(world, 1);
    expect(isAsking).toBe(true);
    const other = setUp({ store }, clock);
    const forced = other.session.refresh();
    await other.rest();
    await other.refresh.answer(alice(3));
    expect(await forced).toEqual(alice(3));
    await world.rest();
    expect(held?.value).toEqual({ status: 200, token: 'access-3-secret' });
    expect(world.session.snapshot()).toMatchObject({ refreshing: false, status: 'signed-in' });
  });

  it('adopts what stands there when another session signed out while its answer was written', async () => {
    const [memory, clock] = [memoryStore<Tokens>(), manualClock()];
    const world = await signedIn(
      { store: silent(memory), subject, onExpired: () => alice(2) },
      alice(1),
      clock,
    );
    const other = setUp({ store: memory }, clock);
    const signOut = vi.fn<() => Promise<void>>(() => other.session.signOut());
    world.session.on('asked', () => void signOut());
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(signOut).toHaveBeenCalledOnce();
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.session.current()).toBeNull();
  });

  it('adopts what another session made of the same sign-in while its answer was written', async () => {
    const { memory, store, beforeNextWrite } = interruptedStore();
    const clock = manualClock();
    const world = await signedIn({ store, subject, onExpired: () => alice(2) }, alice(1), clock);
    world.session.on('asked', () => {
      beforeNextWrite(async () => {
        const standing = await memory.read();
        if (standing) await memory.compareAndSet(standing, renewed(standing, alice(7), clock.now()));
      });
    });
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(held?.value).toMatchObject({ status: 200, token: 'access-7-secret' });
    expect(world.typesOf('adopted', 'refreshed')).toEqual(['adopted']);
  });

  it('drops its answer when somebody signs out while that is written', async () => {
    const { memory, store, beforeNextWrite } = interruptedStore();
    const world = await signedIn({ store, subject, onExpired: () => alice(2) }, alice(1));
    world.session.on('asked', () => {
      beforeNextWrite(() => void world.session.signOut());
    });
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(await memory.read()).toMatchObject({ tokens: null });
    expect(world.typesOf('refreshed', 'ended')).toEqual(['ended']);
  });
});

describe('signing in while the user is asked', () => {
  it('in another tab of the same store is the answer as well', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    const world = await signedIn({ store, subject, onExpired: () => new Promise(() => {}) }, alice(1), clock);
    const held = await holdAndRefuse(world, 2);
    const other = setUp({ store, subject }, clock);
    await other.session.signIn(alice(5));
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-5-secret' });
  });
});

describe('the answer of a login dialog', () => {
  it('is kept where the store could not take it', async () => {
    const { store, faults, stored } = faultyStore();
    const onExpired = (): Tokens => {
      faults.write = 'rejects';
      return alice(7);
    };
    const world = await signedIn({ store, subject, onExpired }, alice(1));
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(held.value).toMatchObject({ token: 'access-7-secret' });
    faults.write = undefined;
    await world.clock.advance(60_000);
    expect(world.session.current()).toEqual(alice(7));
    expect(stored()).toMatchObject({ tokens: alice(7) });
  });
});
