import { expect, it } from 'vitest';
import { LIFETIME_MS, REFUSED, setUp, tokensNumber, track, type Tokens } from '../session/set-up.js';
import { deferred } from '../support/deferred.js';
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

it('what the user answered is not stored, once somebody has signed out', async () => {
  const { store, drain } = steppedStore();
  const stored: (string | undefined)[] = [];
  const answer = deferred<Tokens>();
  const world = setUp({
    store: {
      ...store,
      compareAndSet(expected, next) {
        stored.push(next.tokens?.accessToken);
        return store.compareAndSet(expected, next);
      },
    },
    subject: () => 'ada',
    onExpired: () => answer.promise,
  });
  await drain();
  const signedIn = world.session.signIn(tokensNumber(1));
  await drain();
  await signedIn;
  world.clock.jump(LIFETIME_MS);
  const held = track(world.request());
  await drain();
  await world.refresh.fail(REFUSED);
  await drain();
  expect(world.typesOf('asked')).toHaveLength(1);
  stored.length = 0;
  answer.resolve(tokensNumber(7));
  await world.rest();
  const signedOut = world.session.signOut();
  await drain();
  await signedOut;
  expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
  expect(stored).toEqual([undefined]);
});
