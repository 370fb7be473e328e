import { describe, expect, it } from 'vitest';
import { renewed, signedIn as signedInRecord, type SessionRecord } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import {
  LIFETIME_MS,
  REFUSED,
  refreshAhead,
  setUp,
  signedIn,
  tokensNumber,
  track,
  type Tokens,
} from '../session/set-up.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { faultyStore } from './faulty-store.js';
import { lockingStore } from './locking-store.js';
import { silent, pair } from './support.js';
import { lateStore } from './late-store.js';

describe('two sessions over one store', () => {
  it.each([
    ['that tells', (): TokenStore<Tokens> => memoryStore()],
    ['that tells nothing', (): TokenStore<Tokens> => silent(memoryStore())],
    ['with locks', (): TokenStore<Tokens> => lockingStore().store],
    ['with locks that tells nothing', (): TokenStore<Tokens> => silent(lockingStore().store)],
  ])('refresh once over a store %s', async (_, make) => {
    const [one, other] = await pair(make());
    one.clock.jump(LIFETIME_MS);
    const requests = [track(one.request()), track(other.request())];
    await one.rest();
    expect(one.refreshes.length + other.refreshes.length).toBe(1);
    const [winner, loser] = one.refreshes.length > 0 ? [one, other] : [other, one];
    await winner.refresh.answer();
    await one.clock.advance(250);
    for (const { value } of requests) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(one.refreshes.length + other.refreshes.length).toBe(1);
    expect(winner.typesOf('refreshed', 'adopted')).toEqual(['refreshed']);
    expect(loser.typesOf('refreshed', 'adopted')).toEqual(['adopted']);
    expect(one.clock.timers).toBe(0);
  });

  it('adopt at the next rejection what the other made, where the store tells nothing', async () => {
    const [one, other] = await pair(silent(memoryStore<Tokens>()));
    const forced = one.session.refresh();
    await one.rest();
    await one.refresh.answer();
    await forced;
    other.dead.add('access-1-secret');
    expect(await other.request()).toEqual({ status: 200, token: 'access-2-secret' });
    expect(other.refreshes).toHaveLength(0);
  });

  it('use the old token while it serves and the other refreshes', async () => {
    const [one, other] = await pair(memoryStore());
    await refreshAhead(one);
    expect(await other.request()).toMatchObject({ token: 'access-1-secret' });
    await one.refresh.answer();
    expect(await other.request()).toMatchObject({ token: 'access-2-secret' });
  });

  it('end together when one signs out, held requests included', async () => {
    const [one, other] = await pair(memoryStore());
    other.clock.jump(LIFETIME_MS);
    const held = track(other.request());
    await other.rest();
    await one.session.signOut();
    await other.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(other.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    expect(other.typesOf('ended')).toHaveLength(1);
    expect(other.refresh.signal.aborted).toBe(true);
  });

  it('become the other together when one signs in anew, and send nothing of the first', async () => {
    const [one, other] = await pair(memoryStore());
    other.clock.jump(LIFETIME_MS);
    const held = track(other.request());
    await other.rest();
    await one.session.signIn(tokensNumber(10));
    await other.refresh.answer();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(other.session.current()).toEqual(tokensNumber(10));
    expect(other.typesOf('signed-in', 'ended')).toEqual(['signed-in']);
    expect(other.sends).toEqual([]);
  });

  it('leave the record of the winner alone when the loser is refused', async () => {
    const { memory, store } = faultyStore();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    const claim = (await memory.read()) as SessionRecord<Tokens>;
    await memory.compareAndSet(claim, renewed(claim, tokensNumber(5), world.clock.now()));
    await world.refresh.fail(REFUSED);
    expect(held.value).toEqual({ status: 200, token: 'access-5-secret' });
    expect(await memory.read()).toMatchObject({ tokens: tokensNumber(5) });
    expect(world.typesOf('ended', 'adopted')).toEqual(['adopted']);
  });

  it('drop the answer, or the failure, of the one that was overtaken', async () => {
    for (const isAnswered of [true, false]) {
      const { memory, store } = faultyStore();
      const world = await signedIn({ store });
      world.clock.jump(LIFETIME_MS);
      const held = track(world.request());
      await world.rest();
      const claim = (await memory.read()) as SessionRecord<Tokens>;
      await memory.compareAndSet(claim, renewed(claim, tokensNumber(5), world.clock.now()));
      await (isAnswered ? world.refresh.answer() : world.refresh.fail({ status: 503 }));
      expect(held.value).toEqual({ status: 200, token: 'access-5-secret' });
    }
  });

  it('sign out where somebody emptied the store', async () => {
    const { store, faults, hint } = faultyStore();
    let isEmpty = false;
    const world = await signedIn({ store: { ...store, read: () => (isEmpty ? null : store.read()) } });
    isEmpty = true;
    hint();
    await world.rest();
    expect(faults).toEqual({});
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    hint();
    await world.rest();
    expect(world.typesOf('ended')).toHaveLength(1);
  });

  it('never take a sign-in after the store was emptied for the one before', async () => {
    const clock = manualClock();
    const { store, hint } = faultyStore();
    const emptied: SessionRecord<Tokens>[] = [];
    const world = await signedIn(
      { store: { ...store, read: () => emptied[0] ?? store.read() } },
      tokensNumber(1),
      clock,
    );
    clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    emptied.push(signedInRecord(null, tokensNumber(10), clock.now(), 0));
    hint();
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('sign in at once, and both end up with the later', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    const gates: Deferred[] = [];
    // Both read before either writes.
    const { read, compareAndSet } = memory;
    let isOpen = false;
    const store: TokenStore<Tokens> = {
      read,
      async compareAndSet(expected, next) {
        if (!isOpen) {
          const gate = deferred();
          gates.push(gate);
          await gate.promise;
        }
        return compareAndSet(expected, next);
      },
    };
    const one = setUp({ store }, clock);
    const other = setUp({ store }, clock);
    const first = one.session.signIn(tokensNumber(1));
    clock.jump(5);
    const second = other.session.signIn(tokensNumber(10));
    await clock.advance(0);
    expect(gates).toHaveLength(2);
    isOpen = true;
    // The later one is written first: the earlier finds it, and leaves it.
    for (const gate of gates.reverse()) gate.resolve();
    await Promise.all([first, second]);
    await clock.advance(0);
    for (const world of [one, other]) expect(world.session.current()).toEqual(tokensNumber(10));
    expect(one.typesOf('signed-in')).toHaveLength(1);
  });

  it('hear of a sign-out that happened while their own sign-in was stored', async () => {
    const { memory, store, late, answers } = lateStore();
    const clock = manualClock();
    late.writes = true;
    const one = setUp({ store }, clock);
    const other = setUp({ store: memory }, clock);
    const signIn = one.session.signIn(tokensNumber(1));
    await one.rest();
    expect(other.session.current()).toEqual(tokensNumber(1));
    await other.session.signOut();
    await one.rest();
    answers.at(-1)?.resolve();
    await signIn;
    await one.rest();
    expect(one.session.current()).toBeNull();
  });
});
