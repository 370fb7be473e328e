import { describe, expect, it } from 'vitest';
import {
  renewed,
  sameVersion,
  signedIn as signedInRecord,
  type SessionRecord,
} from '../../src/session/state/record.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, setUp, signedIn, tokensNumber, track, type Tokens } from '../session/set-up.js';
import { faultyStore } from './faulty-store.js';

describe('a store that heals', () => {
  it('saves a sign-in later', async () => {
    const { store, faults, stored } = faultyStore();
    faults.write = 'rejects';
    const world = await signedIn({ store });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(stored()).toBeNull();
    await world.clock.advance(400);
    faults.write = undefined;
    await world.clock.advance(100);
    expect(stored()).toMatchObject({ tokens: tokensNumber(1) });
    expect(world.clock.timers).toBe(0);
  });

  it('has the later of two sign-ins, when it could not take the earlier one in time', async () => {
    const { memory, store, faults, stored, hint } = faultyStore();
    const clock = manualClock();
    const world = setUp({ store }, clock);
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(1));
    clock.jump(1);
    await memory.compareAndSet(null, signedInRecord(null, tokensNumber(10), clock.now(), 0));
    faults.write = undefined;
    const again = world.session.signOut();
    await again;
    hint();
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('tells two sign-ins apart that two tabs made in the same millisecond, one of which failed late', async () => {
    const { store, faults, stored } = faultyStore();
    const drawn = [0.25, 0.75];
    const clock = { ...manualClock(), random: () => drawn.shift() ?? 0.5 };
    const one = setUp({ store }, clock);
    const other = setUp({ store }, clock);
    faults.write = 'writes and rejects';
    await one.session.signIn(tokensNumber(1));
    faults.write = 'rejects';
    await other.session.signIn(tokensNumber(10));
    expect(one.session.snapshot().generation).not.toBe(other.session.snapshot().generation);
    faults.write = undefined;
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
  });

  it('signs out in memory at once, and in the store later, also what a sign-in was to replace', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(10));
    await world.session.signOut();
    expect(world.session.current()).toBeNull();
    expect(stored()).toMatchObject({ tokens: tokensNumber(1) });
    faults.write = undefined;
    await world.clock.advance(2_000);
    expect(stored()).toMatchObject({ tokens: null, endedBy: 'signed-out' });
  });

  it('ends what others made of the same sign-in before it took the sign-out', async () => {
    const { memory, store, faults, stored } = faultyStore();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    faults.write = 'rejects';
    await world.session.signOut();
    for (const n of [2, 3]) {
      const record = stored() as SessionRecord<Tokens>;
      await memory.compareAndSet(record, renewed(record, tokensNumber(n), clock.now()));
    }
    faults.write = undefined;
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: null });
  });

  it('does not end who signed in after the sign-out that it could not take', async () => {
    const { memory, store, faults, stored, hint } = faultyStore();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    faults.write = 'rejects';
    await world.session.signOut();
    clock.jump(10);
    await memory.compareAndSet(stored(), signedInRecord(stored(), tokensNumber(10), clock.now(), 0));
    faults.write = undefined;
    await clock.advance(1_000);
    hint();
    await clock.advance(0);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('takes a late sign-in under a version that was never there', async () => {
    const { memory, store, faults, stored } = faultyStore();
    const clock = manualClock();
    const world = await signedIn({ store }, tokensNumber(1), clock);
    clock.jump(1);
    faults.write = 'rejects';
    await world.session.signIn(tokensNumber(10));
    const versions = [stored()];
    for (const n of [2, 3, 4]) {
      const record = stored() as SessionRecord<Tokens>;
      await memory.compareAndSet(record, renewed(record, tokensNumber(n), clock.now()));
      versions.push(stored());
    }
    faults.write = undefined;
    await clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(10) });
    for (const version of versions) expect(sameVersion(stored(), version)).toBe(false);
    expect(await world.request()).toMatchObject({ token: 'access-10-secret' });
  });

  it('is ended by a sign-out that came while it could not be read', async () => {
    for (const fault of ['hangs', 'rejects'] as const) {
      const { memory, store, faults, stored, hint } = faultyStore();
      const clock = manualClock();
      await signedIn({ store: memory }, tokensNumber(1), clock);
      clock.jump(1_000);
      faults.read = fault;
      const world = setUp({ store }, clock);
      if (fault === 'rejects') await world.session.ready;
      const signOut = world.session.signOut();
      await clock.advance(10_000);
      await signOut;
      faults.read = undefined;
      hint();
      await clock.advance(30_000);
      expect(stored()).toMatchObject({ tokens: null });
      expect(world.session.current()).toBeNull();
    }
  });

  it('owes nothing of a refresh to who signed out meanwhile', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    track(world.request());
    await world.rest();
    faults.write = 'hangs';
    await world.refresh.answer();
    faults.write = 'rejects';
    const signOut = world.session.signOut();
    // Only now the write of the new tokens counts as failed, and that of the sign-out has its turn.
    await world.clock.advance(6_000);
    await signOut;
    faults.write = undefined;
    await world.clock.advance(30_000);
    expect(stored()).toMatchObject({ tokens: null });
    expect(world.session.current()).toBeNull();
  });

  it('keeps tokens that a reply brought, and puts them in their place later', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'rejects';
    await world.request({ renewedBy: () => 'access-9-secret' });
    await world.rest();
    expect(world.session.current()).toMatchObject({ accessToken: 'access-9-secret' });
    faults.write = undefined;
    await world.clock.advance(1_000);
    expect(stored()).toMatchObject({ tokens: { accessToken: 'access-9-secret' } });
  });
});

describe('a sign-out that the store could not take', () => {
  it('never ends the sign-in that came after it', async () => {
    const { store, faults, stored } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'rejects';
    await world.session.signOut();
    faults.write = 'writes and rejects';
    await world.session.signIn(tokensNumber(5));
    faults.write = undefined;
    await world.clock.advance(60_000);
    expect(world.typesOf('ended')).toEqual(['ended']);
    expect(world.session.current()).toEqual(tokensNumber(5));
    expect(stored()).toMatchObject({ tokens: tokensNumber(5) });
  });

  it('never ends it either where nobody knew whom it was to end', async () => {
    const { store, faults, stored } = faultyStore();
    faults.read = 'rejects';
    const world = setUp({ store });
    await world.rest();
    await world.session.signOut();
    faults.read = undefined;
    faults.write = 'writes and rejects';
    await world.session.signIn(tokensNumber(5));
    faults.write = undefined;
    await world.clock.advance(60_000);
    expect(stored()).toMatchObject({ tokens: tokensNumber(5) });
    expect(world.session.snapshot().status).toBe('signed-in');
  });
});
