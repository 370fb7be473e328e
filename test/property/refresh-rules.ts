import type { RefreshCall, RefreshContext, Tab, World } from './contract.js';
import { DEADLINE_MS, FRUITLESS_WINDOW_MS } from './facts.js';
import { LIFETIME_MS, type Tokens } from './model-server.js';

/** Lifetime less leeway, and less the longest refresh-ahead that jitter may make of it. */
const EXPIRED_AFTER_MS = LIFETIME_MS - 10_000;
const AGEING_AFTER_MS = EXPIRED_AFTER_MS - (LIFETIME_MS / 5) * 1.1;

/** Whether `refresh` may be called now, in this tab and with these tokens. */
export function checkRefresh(world: World, tab: Tab, tokens: Tokens, { reason }: RefreshContext): void {
  const { facts, setting } = world;
  const family = world.server.familyOf(tokens);
  const now = world.schedule.now();
  if (tab.left.has(tokens.login)) facts.broken('a refresh begins after sign-out or another sign-in');
  if (now < (facts.retryAt.get(family) ?? 0))
    facts.suspect(family, 'a refresh begins before its Retry-After');
  const isSecond = world.inFlight.some(
    (call) => isUnderWay(call, now) && world.server.familyOf(call.tokens) === family,
  );
  if (isSecond) facts.suspect(family, 'two refreshes are in flight');

  const inVain = [...tab.inVain.values()].filter((at) => at > now - FRUITLESS_WINDOW_MS);
  // Those who do not see whether a refresh helps are counted for themselves.
  const isUnseen = tab.calls.some(
    ({ kind, outcome, options }) => !outcome && (kind !== 'request' || options.replay === false),
  );
  // One may have been on its way to the store when the last one turned out to be in vain.
  if (reason === 'rejected' && inVain.length > setting.fruitlessLimit && !isUnseen) {
    facts.broken('a refresh begins although those before it were in vain');
  }

  const ageMs = now - obtainedAt(world, tokens);
  const isDue = {
    rejected: () => tab.rejected.has(tokens.accessToken),
    expired: () => setting.tellsExpiry && ageMs >= EXPIRED_AFTER_MS,
    ageing: () => setting.tellsExpiry && ageMs >= AGEING_AFTER_MS,
    forced: () => tab.calls.some(({ kind }) => kind === 'refresh'),
  };
  // Where a store failed, two tabs may have counted the same for different tokens of one login.
  if (!isDue[reason]() && !world.isExcused(tokens.login))
    facts.suspect(family, `a refresh without need: no token is ${reason}`);
}

/** One that was given up is not; nor one past its deadline, which a late timer has not told yet. */
function isUnderWay({ signal, startedAt }: RefreshCall, now: number): boolean {
  return !signal.aborted && now - startedAt < DEADLINE_MS;
}

/** Whether the tokens at hand are good, as far as the session can know. */
export function serves(world: World, tab: Tab): boolean {
  const tokens = tab.session.current();
  if (tokens === null || tab.rejected.has(tokens.accessToken)) return false;
  return !world.setting.tellsExpiry || world.schedule.now() < obtainedAt(world, tokens) + LIFETIME_MS;
}

function obtainedAt({ facts, server }: World, tokens: Tokens): number {
  return facts.obtainedAt.get(tokens.accessToken) ?? server.issuedAt(tokens);
}
