import { expect, it } from 'vitest';
import { manualClock } from '../../src/testing/manual-clock.js';
import { REFUSED, signedIn, track } from './set-up.js';

it('a dialog that closes the session as it opens leaves no timer behind', async () => {
  const clock = manualClock();
  let timers = 0;
  const counting = {
    ...clock,
    setTimer(callback: () => void, delayMs: number): () => void {
      timers++;
      const cancel = clock.setTimer(callback, delayMs);
      let isOver = false;
      return () => {
        if (!isOver) timers--;
        isOver = true;
        cancel();
      };
    },
  };
  const world = await signedIn({
    clock: counting,
    onExpired() {
      world.session.close();
      return new Promise<null>(() => {});
    },
  });
  world.dead.add('access-1-secret');
  track(world.request());
  await clock.advance(0);
  await world.refresh.fail(REFUSED);
  await clock.advance(0);
  expect(world.typesOf('asked')).toEqual(['asked']);
  expect(timers).toBe(0);
});
