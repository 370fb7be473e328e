import { inspect } from 'node:util';
import { isHoldfastError } from '../../src/errors.js';
import type { Call, Reply, Tab, World } from './contract.js';
import { checkShown } from './page-rules.js';
import { LIFETIME_MS, SECRET, type Tokens } from './model-server.js';
import { serves } from './refresh-rules.js';

/** Whether a request may go out now, with these tokens. */
export function checkSend(world: World, call: Call, tokens: Tokens | null): void {
  const { facts, server, schedule, setting } = world;
  const { tab } = call;
  checkShown(world, tab);
  if (call.controller.signal.aborted) facts.broken('an aborted request is sent');
  if (call.sends >= 2) facts.broken('a request is sent a third time');
  if (tokens === null) {
    const mayGo = call.login === undefined || call.beganAsked;
    if (!mayGo) facts.broken('a request that began signed in goes out without tokens');
    return;
  }
  if (tokens !== tab.session.current())
    facts.broken('a request goes out with tokens that are not the current ones');
  if (tab.left.has(tokens.login)) facts.broken('tokens go out after sign-out or another sign-in');
  call.login ??= tokens.login;
  if (!isSameSignIn(tab, call.login, tokens.login)) facts.broken('a request goes out under another identity');
  call.login = tokens.login;

  const family = server.familyOf(tokens);
  const { accessToken } = tokens;
  const isRejected = call.sentWith === accessToken && !facts.repeated.has(accessToken);
  if (isRejected) facts.suspect(family, 'a request is replayed with the tokens that were rejected');
  call.sentWith = accessToken;
  const end = facts.goodUntil.get(accessToken) ?? server.issuedAt(tokens) + LIFETIME_MS;
  if (setting.tellsExpiry && schedule.now() >= end) facts.suspect(family, 'expired tokens go out');
  if (!facts.written.has(accessToken)) facts.suspect(family, 'tokens are used before they are stored');
  const refreshes = world.inFlight.some((it) => it.tab === tab && !it.signal.aborted);
  if (setting.holdAlways && refreshes) facts.broken('a request is not held while a refresh is under way');
}

/** Whether a call may settle as it did. */
export function checkOutcome(world: World, call: Call): void {
  const { outcome, kind } = call;
  if (!outcome) return;
  const isCommand = kind === 'command';
  if ('error' in outcome) {
    const wrong = isCommand ? 'a sign-in or sign-out rejects' : whyErrorIsWrong(world, call, outcome.error);
    if (wrong) world.facts.broken(wrong);
  } else if (!isCommand) {
    if (kind === 'request') noteInVain(world, call, outcome.value as Reply);
    const wrong =
      kind === 'request'
        ? whyReplyIsWrong(call, outcome.value as Reply)
        : whyTokensAreWrong(world, call, outcome.value as Tokens);
    if (wrong) world.facts.broken(wrong);
  }
}

/** Whether `later` is the sign-in `login`, or one that answered its question. */
function isSameSignIn({ continues }: Tab, login: string | undefined, later: string): boolean {
  let earlier: string | undefined = later;
  while (earlier !== undefined && earlier !== login) earlier = continues.get(earlier);
  return login === undefined || earlier === login;
}

/** Rejected again, with tokens that this tab refreshed and that are still the newest: that refresh was in vain. */
function noteInVain({ schedule }: World, { tab, sends, sentWith }: Call, { status }: Reply): void {
  if (status !== 401 || sends < 2 || sentWith === undefined) return;
  const isNewest = tab.session.current()?.accessToken === sentWith;
  if (isNewest && tab.made.has(sentWith)) tab.inVain.set(sentWith, schedule.now());
}

function whyReplyIsWrong({ login, sends, beganAsked }: Call, reply: Reply): string | undefined {
  if (beganAsked && reply.login === undefined) return undefined;
  if (reply.login !== login) return 'a caller gets the reply to another identity';
  if (reply.status === 440) return 'a reply that signs out passes';
  const isOwed = login !== undefined && sends < 2 && !beganAsked;
  if (reply.status === 401 && isOwed) return 'a rejected request is not replayed';
  return undefined;
}

function whyTokensAreWrong({ facts, schedule }: World, call: Call, tokens: Tokens): string | undefined {
  const { kind, login, tab, beganWith } = call;
  if (!isSameSignIn(tab, login, tokens.login)) return `${kind}() resolves to another identity`;
  // A promise that is resolved reaches its caller a moment later: whoever leaves in that moment cannot take it back.
  const isTooLate = tab.leftAt.get(tokens.login) === schedule.now();
  if (tab.left.has(tokens.login) && !isTooLate) return `${kind}() resolves to a sign-in that was left`;
  const isOld = tokens.accessToken === beganWith && !facts.repeated.has(beganWith);
  return kind === 'refresh' && isOld ? 'refresh() resolves to the old tokens' : undefined;
}

function whyErrorIsWrong(world: World, call: Call, error: unknown): string | undefined {
  const { controller, options, kind, login, tab } = call;
  if (inspect(error).includes(SECRET)) return 'a token in an error';
  const { signal } = controller;
  if (signal.aborted && error === signal.reason) return undefined;
  if (isHoldfastError(error, 'not-replayable')) {
    return options.replay === false ? undefined : 'not-replayable, though it can be replayed';
  }
  if (isHoldfastError(error, 'session-ended')) {
    if (error.reason === 'server') {
      const isSo = login === undefined || hasCause(world, login, error.reason);
      return isSo ? undefined : 'ended by a reply that did not say so';
    }
    if (signal.aborted) return 'an aborted caller is told that the session ended';
    if (call.beganAsked && kind !== 'request') return undefined;
    const goesOn = login !== undefined && tab.session.current()?.login === login;
    // A sign-in whose write was lost halfway is written anew, and counts as another one then.
    return goesOn && !world.isExcused(login) ? 'session-ended, but it goes on' : undefined;
  }
  if (isHoldfastError(error, 'refresh-failed')) {
    if (signal.aborted) return 'an aborted caller is told that a refresh failed';
    if (kind === 'request' && serves(world, tab)) return `a request with good tokens fails: ${error.kind}`;
    const isCalm = world.setting.calm && error.kind !== 'too-many';
    return isCalm ? `a refresh fails for no reason: ${error.kind}` : undefined;
  }
  return `an error of another kind: ${String(error)}`;
}

export function hasCause(
  { facts, isExcused }: World,
  login: string,
  reason: Parameters<World['facts']['hasCause']>[1],
): boolean {
  return facts.hasCause(login, reason, facts.over.has(login) || isExcused(login));
}
