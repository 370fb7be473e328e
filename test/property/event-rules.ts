import type { SessionEvent } from '../../src/session/core/events.js';
import { EVENT_TYPES } from '../support/event-types.js';
import type { Tab, World } from './contract.js';
import { hasSecret } from './model-server.js';
import { checkShown } from './page-rules.js';
import { hasCause } from './request-rules.js';

const ANSWERS: readonly SessionEvent['type'][] = ['signed-in', 'refreshed', 'adopted', 'ended'];

/** A sign-in is the answer to the question, where it is by the person who is asked. */
function noteAnswer({ session, asked, seen, continues }: Tab): void {
  const login = session.current()?.login;
  const isSame = userOf(login) === userOf(seen);
  if (asked && login !== undefined && seen !== undefined && login !== seen && isSame)
    continues.set(login, seen);
}

const userOf = (login: string | undefined): string | undefined => login?.replace(/#\d+$/, '');

/** Follows the events of a tab: one end for each sign-in, and none without a cause. */
export function checkEvents(world: World, tab: Tab): void {
  const { facts, setting } = world;
  let isSignedIn: boolean | undefined;
  for (const type of EVENT_TYPES) tab.session.on(type, hear);

  void tab.session.ready.then(() => {
    isSignedIn ??= tab.session.snapshot().status === 'signed-in';
  });

  function hear(event: SessionEvent): void {
    if (hasSecret(event)) facts.broken(`a token in the event ${event.type}`);
    if (event.type === 'listener-failed' && setting.onExpired !== 'throws') facts.broken('a listener fails');
    if (event.type === 'asked') tab.asked = true;
    if (event.type === 'signed-in') noteAnswer(tab);
    if (ANSWERS.includes(event.type)) tab.asked = false;
    if (event.type === 'ended') {
      if (isSignedIn === false) facts.broken('a sign-in ends twice');
      const hasReason = tab.seen === undefined || hasCause(world, tab.seen, event.reason);
      if (!hasReason) facts.broken(`a session ends without cause: ${event.reason}`);
      isSignedIn = false;
    }
    if (event.type === 'signed-in') isSignedIn = true;
    if (event.type === 'refreshed' || event.type === 'adopted') {
      if (isSignedIn === false) facts.broken(`${event.type} after the end`);
    }
    tab.seen = tab.session.current()?.login ?? tab.seen;
    checkShown(world, tab);
  }
}
