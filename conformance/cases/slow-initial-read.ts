import type { ConformanceCase } from '../case.js';
import type { Tokens } from '../contract.js';
import { atLeast } from '../stage/expectations.js';
import type { Stage } from '../stage/stage.js';
import { deferred } from './support/deferred.js';
import { inTurn } from './support/in-turn.js';
import { claimsOf } from './support/claims-of.js';
import { senderOf } from './support/sender-of.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The store is slow to read when a page loads, and before it is somebody signs in; or, on another page, if there can be two, out.',
  why: 'What a user did just now is newer than anything that a store remembers: a read that ends later and overwrites it brings back a user who has left.',
  right: 'Nobody hangs. After the read the sign-in stands, and so does the sign-out.',
  needs: ['late-store', 'sign-out'],
  async run(stage) {
    await signInFirst(stage);
    if (stage.offers('several-sessions')) await signOutFirst(stage);
  },
};

async function signInFirst(stage: Stage): Promise<void> {
  const stored = deferred<Tokens | null>();
  const player = await stage.start({ as: null, stored: stored.promise });
  const early = player.request(stage.path('early'));
  const tokens = await stage.server.signIn('lin');
  const signedIn = player.signIn(tokens);
  stored.resolve(await stage.server.signIn('ada'));
  await signedIn;
  const outcomes = [
    await stage.outcomeOf(early),
    ...(await inTurn(3, () => stage.outcomeOf(player.request(stage.path('signed-in'))))),
  ];
  // They may have been refreshed meanwhile: whose they are is what counts.
  const held = (await player.tokens())?.accessToken;
  if (held === undefined || claimsOf(held).sub !== claimsOf(tokens.accessToken).sub)
    stage.fail('the slow read overwrote the sign-in');
  const { sends } = await stage.server.seen();
  if (sends.some((send) => send.url === stage.path('signed-in') && senderOf(send) !== 'lin'))
    stage.fail('a request after the sign-in went out as somebody else');
  // Which of the two users the early one belongs to is open; it has to end.
  await stage.expect({ outcomes, served: atLeast(3) });
}

async function signOutFirst(stage: Stage): Promise<void> {
  const stored = deferred<Tokens | null>();
  const player = await stage.start({ as: null, stored: stored.promise });
  const early = player.request(stage.path('early'));
  const tokens = await stage.server.signIn('ada');
  const signedOut = player.signOut?.();
  stored.resolve(tokens);
  await signedOut;
  const outcomes = [
    await stage.outcomeOf(early),
    ...(await inTurn(3, () => stage.outcomeOf(player.request(stage.path('signed-out'))))),
  ];
  if ((await player.tokens())?.accessToken) stage.fail('the slow read overwrote the sign-out');
  const { sends } = await stage.server.seen();
  if (sends.some((send) => send.url === stage.path('signed-out') && senderOf(send) !== undefined))
    stage.fail('a request after the sign-out carried a token');
  await stage.expect({ outcomes, unserved: atLeast(3) });
}
