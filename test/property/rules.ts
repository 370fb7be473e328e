import type { EndReason } from '../../src/errors.js';
import type { SessionRecord } from '../../src/session/record.js';
import { checkEvents } from './event-rules.js';
import { LIFETIME_MS, SECRET, type Family, type Tokens } from './model-server.js';
import { whyOutcomeIsWrong } from './outcome-rules.js';
import { DEADLINE_MS, type RefreshCall } from './refresh-call.js';
import type { Life } from './schedule.js';
import type { Call, Reply, Tab } from './tab.js';
import type { World } from './world.js';

/** Why the protocol may lose track of tokens: the one excuse that rules ask for by name. */
export const STORE_FAILED = 'the store failed';
export const BREAKER_WINDOW_MS = 30_000;
/** Lifetime less leeway, and less the longest refresh-ahead that jitter may make of it. */
const EXPIRED_AFTER_MS = LIFETIME_MS - 10_000;
const AGEING_AFTER_MS = EXPIRED_AFTER_MS - (LIFETIME_MS / 5) * 1.1;

/** What must hold whatever happens, and the facts that it takes to tell. */
export type Rules = ReturnType<typeof createRules>;

export function createRules() {
  const found = new Set<string>();
  const suspects: { family: Family; text: string }[] = [];
  const tabs: Tab[] = [];
  const inFlight: RefreshCall[] = [];
  /** Logins that the store has seen the end of. */
  const over = new Set<string>();
  const written = new Set<string>();
  const versions = new Map<string, number>();
  /** When the call was sent that brought an access token, and how long the session may take it for good. */
  const obtainedAt = new Map<string, number>();
  const goodUntil = new Map<string, number>();
  const retryAt = new Map<Family, number>();
  /** Logins whose refresh was refused, and those that a reply ended. */
  const refusedLogins = new Set<string>();
  const bannedLogins = new Set<string>();
  /** Logins that were left somewhere. */
  const leftLogins = new Set<string>();
  /** Logins with a refresh whose outcome some tab cannot know. */
  const doubtful = new Set<string>();
  /** Access tokens that the server gave for themselves. */
  const repeated = new Set<string>();
  let toSettle: Call[] = [];

  const broken = (text: string): void => void found.add(text);
  /** Broken, unless something happened to these tokens that no client can help. */
  const suspect = (family: Family, text: string): void => void suspects.push({ family, text });

  /** One that was given up is not; nor one past its deadline, which a late timer has not told yet. */
  function isUnderWay({ context, startedAt }: RefreshCall, now: number): boolean {
    return !context.signal.aborted && now - startedAt < DEADLINE_MS;
  }

  function hasSecret(value: unknown): boolean {
    return JSON.stringify(value)?.includes(SECRET) === true;
  }

  function firstUse(world: World, tokens: Tokens): number {
    return obtainedAt.get(tokens.accessToken) ?? world.server.issuedAt(tokens);
  }

  return {
    broken,
    bannedLogins,
    leftLogins,
    repeated,
    doubtful,
    hasSecret,
    get refreshing() {
      return inFlight.length;
    },

    /** Whether a login may have ended for this reason. */
    hasCause(world: World, login: string | undefined, reason: EndReason): boolean {
      if (login === undefined) return true;
      const ended = reason === 'signed-out' ? leftLogins : reason === 'server' ? bannedLogins : refusedLogins;
      // Or it was replaced elsewhere, by what has ended since.
      const wasReplaced = over.has(login) || world.isExcused(login);
      if (reason === 'refresh-lost' && !doubtful.has(login) && !wasReplaced) return false;
      return ended.has(login) || (wasReplaced && ended.size > 0);
    },

    /** Asked after every step. */
    check(): void {
      for (const call of toSettle) {
        const { outcome, controller } = call;
        if (!outcome) broken(`an aborted ${call.kind} goes on waiting`);
        else if (!('error' in outcome) || outcome.error !== controller.signal.reason) {
          broken(`an aborted ${call.kind} settles with something else than its own reason`);
        }
      }
      toSettle = [];
      for (const tab of tabs) tab.seen = tab.session.current()?.login ?? tab.seen;
      if (found.size > 0) throw new Error([...found].join('\n'));
    },

    watch(world: World, tab: Tab): void {
      tabs.push(tab);
      checkEvents(world, tab);
    },

    settlesAtOnce(call: Call): void {
      toSettle.push(call);
    },

    writes(world: World, life: Life, expected: SessionRecord<Tokens> | null, next: SessionRecord<Tokens>): void {
      const tab = tabs.find((it) => it.life === life);
      if (life.state !== 'running') broken('a tab that does not run writes');
      const isRefresh = expected !== null && next.epoch === expected.epoch && next.generation > expected.generation;
      if (!isRefresh || !next.tokens || !tab?.left.has(next.tokens.login)) return;
      // What a failing store is owed is written first, and ended then.
      if (!world.server.familyOf(next.tokens).excuses.has(STORE_FAILED)) {
        broken('a refresh is stored after sign-out or another sign-in');
      }
    },

    stored(before: SessionRecord<Tokens> | null, next: SessionRecord<Tokens>): void {
      const [was, is] = [before?.tokens, next.tokens];
      if (before && next.fence < before.fence) broken('a fence goes back');
      const version = `${next.generation}/${next.fence}`;
      if ((versions.get(version) ?? next.epoch) !== next.epoch) broken('a version stands for two sign-ins');
      versions.set(version, next.epoch);
      if (was && was.login !== is?.login) over.add(was.login);
      if (!is) return;
      if (over.has(is.login)) broken('a login that was over is back in the store');
      written.add(is.accessToken);
      goodUntil.set(is.accessToken, next.receivedAt + LIFETIME_MS);
    },

    refreshBegan(world: World, call: RefreshCall): void {
      const { tab, tokens, context } = call;
      const family = world.server.familyOf(tokens);
      const now = world.schedule.now();
      if (tab.left.has(tokens.login)) broken('a refresh begins after sign-out or another sign-in');
      if (now < (retryAt.get(family) ?? 0)) suspect(family, 'a refresh begins before its Retry-After');
      const others = inFlight.filter(
        (it) => isUnderWay(it, now) && world.server.familyOf(it.tokens) === family,
      );
      if (others.length > 0) suspect(family, 'two refreshes are in flight');
      inFlight.push(call);

      tab.refreshTimes = [...tab.refreshTimes, now].filter((at) => at > now - BREAKER_WINDOW_MS);
      if (tab.refreshTimes.length > world.setting.breakerLimit) broken('more refreshes than the breaker allows');

      const ageMs = now - firstUse(world, tokens);
      const { tellsExpiry } = world.setting;
      const isDue = {
        rejected: () => tab.rejected.has(tokens.accessToken),
        expired: () => tellsExpiry && ageMs >= EXPIRED_AFTER_MS,
        ageing: () => tellsExpiry && ageMs >= AGEING_AFTER_MS,
        forced: () => tab.calls.some(({ kind }) => kind === 'refresh' || kind === 'tokens'),
      };
      if (!isDue[context.reason]()) suspect(family, `a refresh without need: no token is ${context.reason}`);
    },

    refreshDone(call: RefreshCall): void {
      inFlight.splice(inFlight.indexOf(call), 1);
    },

    refreshed(fresh: Tokens, sentAt: number): void {
      obtainedAt.set(fresh.accessToken, sentAt);
    },

    refused({ login }: Tokens): void {
      refusedLogins.add(login);
    },

    askedToWait(family: Family, until: number): void {
      retryAt.set(family, until);
    },

    sent(world: World, call: Call, tokens: Tokens | null): void {
      const { tab } = call;
      if (call.controller.signal.aborted) broken('an aborted request is sent');
      if (call.sends >= 2) broken('a request is sent a third time');
      if (tokens === null) {
        if (call.login !== undefined) broken('a request that began signed in goes out without tokens');
        return;
      }
      if (tab.left.has(tokens.login)) broken('tokens go out after sign-out or another sign-in');
      call.login ??= tokens.login;
      if (call.login !== tokens.login) broken('a request goes out under another identity');
      const family = world.server.familyOf(tokens);
      const isRepeated = call.sentWith === tokens.accessToken && !repeated.has(tokens.accessToken);
      if (isRepeated) suspect(family, 'a request is replayed with the tokens that were rejected');
      call.sentWith = tokens.accessToken;
      const end = goodUntil.get(tokens.accessToken) ?? world.server.issuedAt(tokens) + LIFETIME_MS;
      if (world.setting.tellsExpiry && world.schedule.now() >= end) suspect(family, 'expired tokens go out');
      if (!written.has(tokens.accessToken)) suspect(family, 'tokens are used before they are stored');
      const refreshesHere = inFlight.some((it) => it.tab === tab && !it.context.signal.aborted);
      if (world.setting.holdAlways && refreshesHere) broken('a request is not held while a refresh is under way');
    },

    settled(world: World, call: Call): void {
      const { tab } = call;
      const tokens = tab.session.current();
      const serves =
        tokens !== null &&
        !tab.rejected.has(tokens.accessToken) &&
        (!world.setting.tellsExpiry || world.schedule.now() < firstUse(world, tokens) + LIFETIME_MS);
      const wrong = whyOutcomeIsWrong(world, call, serves);
      if (wrong) broken(wrong);
    },

    /** Nothing is left to run: nobody may be waiting. */
    atRest(): void {
      for (const { session, life, calls, name } of tabs) {
        if (life.state !== 'running') continue;
        for (const { outcome, kind } of calls) if (!outcome) broken(`a ${kind} of ${name} waits for ever`);
        const snapshot = session.snapshot();
        const { status, pending, held, refreshing } = snapshot;
        if (status === 'loading' || pending > 0 || held > 0 || refreshing) broken('a session at rest says it is busy');
        if (hasSecret(snapshot) || hasSecret(session.history())) broken('a token in the snapshot or the history');
      }
    },

    /** The failures are over, and time enough has passed. */
    served({ tab, outcome, login }: Call): void {
      if (!outcome) return;
      if ('error' in outcome) {
        const isOver = login !== undefined && (over.has(login) || refusedLogins.has(login) || tab.left.has(login));
        if (!isOver) broken(`a session does not recover: ${String(outcome.error)}`);
        return;
      }
      const { status, login: servedAs } = outcome.value as Reply;
      if (servedAs !== undefined && status !== 200) broken('a session that recovered is not served');
    },

    atTheEnd(world: World): void {
      const stored = world.store.record()?.tokens;
      for (const { left, closed, life } of tabs) {
        if (stored && left.has(stored.login) && !closed && life.state === 'running') {
          broken('a sign-in that was left is still in the store');
        }
      }
      for (const family of world.server.families) {
        if (family.alarmed) suspect(family, 'the server saw a refresh token twice');
      }
      if (stored) {
        const family = world.server.familyOf(stored);
        if (stored.refreshToken !== family.refreshToken) suspect(family, 'the newest refresh token is not in the store');
      }
      for (const { family, text } of suspects) if (family.excuses.size === 0) broken(text);
    },
  };
}
