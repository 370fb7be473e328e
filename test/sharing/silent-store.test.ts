import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { setUp, tokensNumber, type Tokens, type World } from '../session/set-up.js';
import { faultyStore } from './faulty-store.js';
import { silent } from './support.js';

describe('a store that tells nothing', () => {
  async function silentPair(): Promise<[World, World]> {
    const [store, clock] = [silent(memoryStore<Tokens>()), manualClock()];
    return [setUp({ store }, clock), setUp({ store }, clock)];
  }

  it('keeps who signed in elsewhere when somebody signs out here, who never signed in', async () => {
    const [one, other] = await silentPair();
    await one.session.signIn(tokensNumber(1));
    await other.session.signOut();
    expect(one.session.current()).toEqual(tokensNumber(1));
    expect(other.session.current()).toEqual(tokensNumber(1));
  });

  it('keeps newer tokens from elsewhere when a reply brings some here', async () => {
    const [one, other] = await silentPair();
    await one.session.signIn(tokensNumber(1));
    await other.session.signOut();
    const forced = one.session.refresh();
    await one.rest();
    await one.refresh.answer();
    await forced;
    await other.request({ renewedBy: () => 'access-9-secret' });
    expect(other.session.current()).toEqual(tokensNumber(2));
  });

  it('says so when a sign-out of nobody cannot reach it', async () => {
    const { store, faults } = faultyStore();
    const world = setUp({ store });
    faults.read = 'rejects';
    await world.session.signOut();
    expect(world.events).toMatchObject([{ type: 'store-failed', problem: 'RangeError' }]);
    faults.read = undefined;
    await world.clock.advance(500);
    expect(world.clock.timers).toBe(0);
  });
});
