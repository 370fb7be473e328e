import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { setUp, signedIn, tokensNumber, track, type Tokens } from '../session/set-up.js';
import { faultyStore } from './faulty-store.js';
import { pair, silent } from './support.js';

describe('close()', () => {
  it('lets go of the store and of timers, and still stores a refresh under way', async () => {
    const { store, faults, listeners, stored } = faultyStore();
    const world = await signedIn({ store });
    track(world.session.refresh());
    await world.rest();
    world.session.close();
    expect(listeners).toEqual([]);
    await world.refresh.answer();
    expect(stored()).toMatchObject({ tokens: tokensNumber(2) });
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(10));
    expect(world.clock.timers).toBe(0);
  });

  it('drops the next attempt to save', async () => {
    const { store, faults } = faultyStore();
    faults.write = 'rejects';
    const world = await signedIn({ store });
    expect(world.clock.timers).toBe(1);
    world.session.close();
    expect(world.clock.timers).toBe(0);
  });

  it('hears no more of the other sessions of its store', async () => {
    const [one, other] = await pair(memoryStore());
    other.session.close();
    await one.session.signOut();
    await one.rest();
    expect(other.session.current()).toEqual(tokensNumber(1));
  });

  it('does no harm to a store that tells nothing', () => {
    const { session } = setUp({ store: silent(memoryStore<Tokens>()) });
    expect(() => session.close()).not.toThrow();
  });
});
