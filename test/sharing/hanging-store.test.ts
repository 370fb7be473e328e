import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { setUp, signedIn, times, track, type Tokens } from '../session/set-up.js';
import { deferred, type Deferred } from '../support/deferred.js';
import { faultyStore } from './faulty-store.js';

describe('a store that hangs', () => {
  it('at the first read holds nobody for longer than its deadline, whoever comes meanwhile', async () => {
    const { store, faults } = faultyStore();
    faults.read = 'hangs';
    const world = setUp({ store });
    await world.clock.advance(5_000);
    const first = track(world.request());
    for (let n = 0; n < 4; n++) {
      await world.clock.advance(2_000);
      track(world.request());
    }
    expect(first.value).toEqual({ status: 401, token: null });
  });

  it('and is told of by a hint before its first read failed holds nobody when it answers again', async () => {
    const { compareAndSet } = memoryStore<Tokens>();
    const reads: Deferred<null>[] = [];
    let hint = (): void => {};
    const store: TokenStore<Tokens> = {
      read() {
        const answer = deferred<null>();
        reads.push(answer);
        return answer.promise;
      },
      compareAndSet,
      subscribe(listener) {
        hint = listener;
        return () => {};
      },
    };
    const world = setUp({ store });
    hint();
    reads[0]?.reject(new RangeError('quota'));
    await world.rest();
    const request = track(world.request());
    await world.rest();
    reads[1]?.resolve(null);
    await world.rest();
    expect(request.value).toEqual({ status: 401, token: null });
  });

  it('is waited for once by all the replies that bring tokens', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'hangs';
    const replies = times(100, (n) => track(world.request({ renewedBy: () => `access-${n + 2}-secret` })));
    await world.rest();
    const signOut = track(world.session.signOut());
    await world.clock.advance(10_000);
    expect(replies.filter(({ status }) => status === 'pending')).toEqual([]);
    expect(signOut.status).toBe('fulfilled');
  });
});

describe('a caller that leaves', () => {
  it('while the tokens that its reply brought are stored is free at once', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.read = 'hangs';
    const controller = new AbortController();
    const { signal } = controller;
    const request = track(world.request({ signal, renewedBy: () => 'access-2-secret' }));
    await world.rest();
    controller.abort(new Error('left'));
    await world.rest();
    expect(request.reason).toEqual(new Error('left'));
  });

  it('before its reply came does not wait for the tokens that it brought', async () => {
    const { store, faults } = faultyStore();
    const world = await signedIn({ store });
    faults.write = 'hangs';
    const controller = new AbortController();
    const { signal } = controller;
    const slow = world.slowRequest({ signal, renewedBy: () => 'access-9-secret' });
    const request = track(slow.reply);
    controller.abort(new Error('left'));
    slow.answer();
    await world.rest();
    expect(request.reason).toEqual(new Error('left'));
  });
});
