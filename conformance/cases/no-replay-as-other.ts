import type { ConformanceCase } from '../case.js';
import type { Answer, Client } from '../contract.js';
import type { Stage } from '../stage/stage.js';
import { senderOf } from './support/sender-of.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'One user’s DELETE waits, for a refresh and, another time, for a late 401; meanwhile somebody else signs in.',
  why: 'Sent again with the tokens that are there now, it deletes in the name, and with the rights, of somebody who asked for nothing; see openbridgeserver#1161.',
  right:
    'It may fail, but it never goes out with the other’s token. What the other one asks for after it is served.',
  needs: ['http'],
  async run(stage) {
    const player = await stage.start();
    await whileHeld(stage, player);
    await player.signIn(await stage.server.signIn('ada'));
    await beforeItsRejection(stage, player);
  },
};

async function whileHeld(stage: Stage, { request, signIn }: Client): Promise<void> {
  const refresh = await stage.hold('/auth/refresh', 'before-answering');
  await stage.expire();
  const removal = request(stage.path('held'), { method: 'DELETE' });
  await refresh.reached(1);
  const signedIn = signIn(await stage.server.signIn('lin'));
  await refresh.open();
  await signedIn;
  await neverAsOther(stage, removal, request);
}

async function beforeItsRejection(stage: Stage, { request, signIn }: Client): Promise<void> {
  const gate = await stage.hold(stage.path('slow'));
  const removal = request(stage.path('slow'), { method: 'DELETE' });
  await gate.reached(1);
  await stage.server.revokeAccess();
  await signIn(await stage.server.signIn('lin'));
  await gate.open();
  await neverAsOther(stage, removal, request);
}

async function neverAsOther(
  stage: Stage,
  removal: Promise<Answer>,
  request: Client['request'],
): Promise<void> {
  const outcome = await stage.outcomeOf(removal);
  // When this has come back, whatever the library still wanted to send has been sent.
  const later = await stage.outcomeOf(request(stage.path('later')));
  const { sends } = await stage.server.seen();
  if (sends.some((send) => send.method === 'DELETE' && senderOf(send) === 'lin'))
    stage.fail('a DELETE of the first user went out as the second');
  if (outcome.type === 'hung') stage.fail('the DELETE hangs');
  await stage.expect({ outcomes: [later] });
}
