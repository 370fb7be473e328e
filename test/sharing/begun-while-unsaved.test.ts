import { expect, it } from 'vitest';
import { setUp, tokensNumber } from '../session/set-up.js';
import { steppedStore } from './stepped-store.js';

it('a request that follows a sign-out waits for no sign-in before it', async () => {
  const { store, drain } = steppedStore();
  const world = setUp({ store });
  await drain();
  const signedIn = world.session.signIn(tokensNumber(1));
  const signedOut = world.session.signOut();
  // Neither of them has reached the store.
  expect(await world.request()).toMatchObject({ status: 401, token: null });
  await drain();
  await Promise.all([signedIn, signedOut]);
  expect(world.session.current()).toBeNull();
});
