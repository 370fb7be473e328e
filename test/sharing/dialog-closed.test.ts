import { expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { expired, REFUSED, setUp, tokensNumber, track, type Tokens } from '../session/set-up.js';

it('a dialog that signs out as it is closed is told last, when somebody signs in elsewhere meanwhile', async () => {
  const store = memoryStore<Tokens>();
  const world = await expired({
    store,
    onExpired: ({ signal }) => {
      signal.addEventListener('abort', () => void world.session.signOut());
      return new Promise<null>(() => {});
    },
  });
  const reply = track(world.request());
  await world.rest();
  await world.refresh.fail(REFUSED);
  const other = setUp({ store }, world.clock);
  await other.session.signIn(tokensNumber(5));
  await world.rest();
  expect(reply.reason).toMatchObject({ code: 'session-ended' });
  expect(world.session.snapshot().status).toBe('signed-out');
  expect(world.typesOf('signed-in', 'adopted', 'ended').at(-1)).toBe('ended');
  expect(other.session.snapshot().status).toBe('signed-out');
});
