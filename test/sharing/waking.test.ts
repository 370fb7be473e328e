import { describe, expect, it } from 'vitest';
import {
  graveOf as ended,
  signedIn as signedInRecord,
  type SessionRecord,
} from '../../src/session/state/record.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { setUp, signedIn, tokensNumber, track, type Tokens, type World } from '../session/set-up.js';
import { faultyStore } from './faulty-store.js';

describe('two sessions over one store, of which one wakes up', () => {
  it('send nothing between waking up and knowing what was missed', async () => {
    const { memory, store, hint } = faultyStore();
    const world = await signedIn({ store });
    const record = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(record, ended(record, 'signed-out'));
    hint(undefined, true);
    const held = track(world.request());
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.sends).toEqual([]);
  });

  it('let a rejected request wait for its own refresh, whatever became of one before', async () => {
    const { store, hint } = faultyStore();
    const world = await signedIn({ store, retry: { limit: 0 } });
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    const first = track(world.request());
    await world.rest();
    await world.refresh.fail({ status: 503 });
    expect(first.reason).toMatchObject({ code: 'refresh-failed' });
    await world.clock.advance(60_000);
    slow.answer();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    hint(undefined, true);
    await world.rest();
    await world.refresh.answer();
    slow.answer();
    expect(await slow.reply).toMatchObject({ status: 200, token: 'access-2-secret' });
  });

  /** Somebody signs in while this session stands still; then it wakes, and a request begins at once. */
  async function wakeUnder(wake: () => void, world: World, memory: TokenStore<Tokens>) {
    const before = await memory.read();
    await memory.compareAndSet(before, signedInRecord(before, tokensNumber(7), world.clock.now(), 0));
    wake();
    const held = track(world.request());
    await world.rest();
    return held;
  }

  it('do not ask as whoever signed in while they stood still, where somebody else was', async () => {
    const { memory, store, hint } = faultyStore();
    const world = await signedIn({ store });
    const held = await wakeUnder(() => hint(undefined, true), world, memory);
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
  });

  it('ask as whoever signed in while they stood still, where nobody was', async () => {
    const { memory, store, hint } = faultyStore();
    const held = await wakeUnder(() => hint(undefined, true), setUp({ store }), memory);
    expect(held.value).toEqual({ status: 200, token: 'access-7-secret' });
  });

  it('ask as who signs in at the moment, having woken up', async () => {
    const { store, hint } = faultyStore();
    const world = await signedIn({ store });
    const signingIn = world.session.signIn(tokensNumber(9));
    hint(undefined, true);
    const held = track(world.request());
    await signingIn;
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-9-secret' });
  });

  it('go on as they were where nothing was missed, or nobody can tell', async () => {
    for (const fault of [undefined, 'rejects'] as const) {
      const { store, faults, hint } = faultyStore();
      const world = await signedIn({ store });
      faults.read = fault;
      hint(undefined, true);
      const held = track(world.request());
      expect(world.session.snapshot().held).toBe(1);
      await world.rest();
      expect(held.value).toEqual({ status: 200, token: 'access-1-secret' });
    }
  });
});
