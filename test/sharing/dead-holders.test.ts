import { describe, expect, it } from 'vitest';
import { renewed, type SessionRecord } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, setUp, signedIn, tokensNumber, track, type Tokens } from '../session/set-up.js';
import { lockingStore } from './locking-store.js';
import { deadClaim, LEASE_MS, silent } from './support.js';

describe('a holder that died', () => {
  it('holds up one renewal, until its lease ends', async () => {
    const store = silent(memoryStore<Tokens>());
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(store, world);
    const held = track(world.request());
    await world.clock.advance(LEASE_MS - 1);
    expect(world.refreshes).toHaveLength(0);
    await world.clock.advance(1);
    expect(world.refreshes).toHaveLength(1);
    expect(await store.read()).toMatchObject({ fence: 2, lostAt: expect.any(Number) as number });
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
  });

  it('holds up nobody where its lock is free', async () => {
    const { memory, store } = lockingStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(memory, world, true);
    const held = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
  });

  it('counts as alive while a claim without a lock has its lease, though the lock is free', async () => {
    const { memory, store } = lockingStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(memory, world, false);
    track(world.request());
    await world.clock.advance(LEASE_MS - 1);
    expect(world.refreshes).toHaveLength(0);
    await world.clock.advance(1);
    expect(world.refreshes).toHaveLength(1);
  });

  it('is waited for by the own clock where that of its machine is far ahead', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({ store: memory });
    world.clock.jump(LIFETIME_MS + 7_200_000);
    await deadClaim(memory, world);
    world.clock.jump(-7_200_000);
    track(world.request());
    await world.clock.advance(LEASE_MS);
    expect(world.refreshes).toHaveLength(1);
  });

  it('is frozen with the lock of the next claim: one waits for the lease, then goes without', async () => {
    const { store, signals, freezeWithLock } = lockingStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    freezeWithLock(1);
    const held = track(world.request());
    await world.clock.advance(LEASE_MS - 1);
    expect(world.refreshes).toHaveLength(0);
    expect(signals.at(-1)?.aborted).toBe(false);
    await world.clock.advance(1);
    // It does not stay in the queue of the lock.
    expect(signals.at(-1)?.aborted).toBe(true);
    await world.refresh.answer();
    expect(held.value).toMatchObject({ status: 200 });
  });

  it('is frozen with its lock: one goes on as soon as somebody else has given it up', async () => {
    const { memory, store, freezeWithLock } = lockingStore();
    const one = await signedIn({ store });
    one.clock.jump(LIFETIME_MS);
    freezeWithLock(1);
    await deadClaim(memory, one, true);
    const held = track(one.request());
    await one.rest();
    // By a clock that is ahead the lease is over.
    const ahead = manualClock(one.clock.now() + LEASE_MS);
    const other = setUp({ store }, ahead);
    track(other.request());
    await other.rest();
    expect(one.refreshes.length + other.refreshes.length).toBe(1);
    await (one.refreshes[0] ?? other.refresh).answer();
    await one.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(one.clock.timers).toBe(0);
  });

  it('is frozen with its lock: its lease ends during the sleep of who waits, and the waking tells', async () => {
    const { memory, store, freezeWithLock } = lockingStore();
    let wake = (): void => {};
    const subscribe = (listener: () => void): (() => void) => {
      wake = listener;
      return () => {};
    };
    const clock = manualClock();
    // What `setTimeout` waits for stands still while the machine sleeps.
    let sleptMs = 0;
    const ofSleeper = { ...clock, now: () => clock.now() + sleptMs };
    const world = await signedIn({ store: { ...store, subscribe } }, tokensNumber(1), ofSleeper);
    clock.jump(LIFETIME_MS);
    freezeWithLock(1);
    await deadClaim(memory, world, true);
    track(world.request());
    await world.rest();
    wake();
    await world.rest();
    expect(world.refreshes).toHaveLength(0);
    sleptMs = LEASE_MS;
    wake();
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
  });

  it('is no longer waited for when everybody has signed out', async () => {
    const store = silent(memoryStore<Tokens>());
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(store, world);
    const held = track(world.request());
    await world.rest();
    await world.session.signOut();
    await world.rest();
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.clock.timers).toBe(0);
  });

  it('turns out to live: its late commit is adopted', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({ store: memory });
    world.clock.jump(LIFETIME_MS);
    await deadClaim(memory, world);
    const held = track(world.request());
    await world.rest();
    const claim = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(claim, renewed(claim, tokensNumber(7), world.clock.now()));
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-7-secret' });
  });
});

describe('leases', () => {
  it('a holder with a longer deadline than ours is not taken for gone', async () => {
    const clock = manualClock();
    const store = silent(memoryStore<Tokens>());
    const patient = await signedIn({ store, refreshTimeoutMs: 60_000 }, tokensNumber(1), clock);
    const hasty = setUp({ store, refreshTimeoutMs: 10_000 }, clock);
    await hasty.rest();
    clock.jump(LIFETIME_MS);
    const first = track(patient.request());
    await patient.rest();
    const second = track(hasty.request());
    // The server takes its time.
    for (let n = 0; n < 160; n++) await clock.advance(250);
    expect(hasty.refreshes).toHaveLength(0);
    await patient.refresh.answer();
    await clock.advance(1_000);
    expect([first.status, second.status]).toEqual(['fulfilled', 'fulfilled']);
  });

  it('whose lease is over is taken over at once, without a timer', async () => {
    const memory = memoryStore<Tokens>();
    const world = await signedIn({ store: silent(memory) });
    await deadClaim(memory, world);
    world.clock.jump(2 * LEASE_MS);
    void world.session.refresh();
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    expect(world.refreshes).toHaveLength(1);
  });
});
