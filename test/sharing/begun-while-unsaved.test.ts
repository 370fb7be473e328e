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

it('a reply to the sign-in before says nothing of one that is on its way', async () => {
  const { store, drain } = steppedStore();
  const world = setUp({ store });
  await drain();
  const first = world.session.signIn(tokensNumber(1));
  await drain();
  await first;
  const judge = (): 'sign-out' => 'sign-out';
  const slow = world.slowRequest({ judge });
  const ended = slow.reply.catch((error: unknown) => error);
  const second = world.session.signIn(tokensNumber(2));
  slow.answer();
  expect(await ended).toMatchObject({ code: 'session-ended', reason: 'server' });
  await drain();
  await second;
  expect(world.session.current()).toEqual(tokensNumber(2));
});
