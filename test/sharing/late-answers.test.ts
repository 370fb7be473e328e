import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, REFUSED, setUp, signedIn, tokensNumber, track } from '../session/set-up.js';
import { lateStore } from './late-store.js';

describe('a store that tells sooner than it answers', () => {
  it('lets a session hear of what was written while it was first read', async () => {
    const { memory, store, late, answers } = lateStore();
    const clock = manualClock();
    const one = await signedIn({ store: memory }, tokensNumber(1), clock);
    late.reads = true;
    const other = setUp({ store }, clock);
    await one.rest();
    await one.session.signIn(tokensNumber(10));
    await one.rest();
    late.reads = false;
    expect(answers.length).toBeGreaterThan(0);
    // The oldest comes last.
    for (const answer of answers.reverse()) {
      answer.resolve();
      await one.rest();
    }
    expect(other.session.current()).toEqual(tokensNumber(10));
  });

  it('lets nobody take the answer of a login dialog for news from elsewhere', async () => {
    const { store, late, answers } = lateStore();
    const world = await signedIn({
      subject: () => 'alice',
      onExpired: () => {
        late.writes = true;
        return tokensNumber(2);
      },
      store,
    });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(answers).toHaveLength(1);
    for (const answer of answers) answer.resolve();
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.typesOf('refreshed', 'adopted')).toEqual(['refreshed']);
  });
});

describe('an answer after the deadline', () => {
  it('is told once, also where the store tells of it before it has answered', async () => {
    const { store, late, answers } = lateStore();
    const world = await signedIn({ store });
    track(world.session.refresh());
    await world.clock.advance(30_000);
    late.writes = true;
    await world.refresh.answer();
    answers[0]?.resolve();
    await world.rest();
    expect(world.session.current()).toEqual(tokensNumber(2));
    expect(world.typesOf('refreshed', 'adopted')).toHaveLength(1);
  });
});
