import type { Call, Reply, World } from './contract.js';
import { hasSecret } from './model-server.js';
import { checkKept, checkShown } from './page-rules.js';

/** After every step: who was aborted has been told, and nothing else is broken. */
export function checkStep(world: World): void {
  const { facts, everyTab } = world;
  for (const tab of everyTab) {
    tab.seen = tab.session.current()?.login ?? tab.seen;
    checkShown(world, tab);
    for (const call of tab.calls) if (call.mustSettle) checkAborted(call);
  }
  facts.throwIfBroken();

  function checkAborted(call: Call): void {
    const { outcome, controller, kind } = call;
    call.mustSettle = false;
    if (!outcome) facts.broken(`an aborted ${kind} goes on waiting`);
    else if (!('error' in outcome) || outcome.error !== controller.signal.reason) {
      facts.broken(`an aborted ${kind} settles with something else than its own reason`);
    }
  }
}

/** Nothing is left to run: nobody may be waiting. */
export function checkRest(world: World): void {
  const { facts, everyTab } = world;
  for (const { session, life, calls, name } of everyTab) {
    if (life.state !== 'running') continue;
    for (const { outcome, kind } of calls) if (!outcome) facts.broken(`a ${kind} of ${name} waits for ever`);
    const snapshot = session.snapshot();
    const { status, pending, held, refreshing } = snapshot;
    const isBusy = status === 'loading' || pending > 0 || held > 0 || refreshing;
    if (isBusy) facts.broken('a session at rest says it is busy');
    if (hasSecret([snapshot, session.history()])) facts.broken('a token in the snapshot or the history');
  }
  checkKept(world);
  facts.throwIfBroken();
}

/** The failures are over, and time enough has passed: this request has to be served. */
export function checkServed({ facts }: World, { tab, outcome, login }: Call): void {
  if (!outcome) return;
  if ('error' in outcome) {
    const ends = [facts.over, facts.refusedLogins, tab.left];
    const isOver = login !== undefined && ends.some((logins) => logins.has(login));
    if (!isOver) facts.broken(`a session does not recover: ${String(outcome.error)}`);
    return;
  }
  const { status, login: servedAs } = outcome.value as Reply;
  if (servedAs !== undefined && status !== 200) facts.broken('a session that recovered is not served');
}

/** What stands in the store, and what the server saw, when all is over. */
export function checkEnd({ facts, everyTab, store, server }: World): void {
  const stored = store.record()?.tokens;
  for (const family of server.families) {
    if (family.alarmed) facts.suspect(family, 'the server saw a refresh token twice');
  }
  if (stored) {
    const isLeft = everyTab.some(
      ({ left, closed, life }) => left.has(stored.login) && !closed && life.state === 'running',
    );
    if (isLeft) facts.broken('a sign-in that was left is still in the store');
    const family = server.familyOf(stored);
    const isNewest = stored.refreshToken === family.refreshToken;
    if (!isNewest) facts.suspect(family, 'the newest refresh token is not in the store');
  }
  facts.judgeSuspects();
  facts.throwIfBroken();
}
