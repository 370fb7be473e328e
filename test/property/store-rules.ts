import type { SessionRecord } from '../../src/session/state/record.js';
import type { World } from './contract.js';
import { DEADLINE_MS, STORE_FAILED } from './facts.js';
import { LIFETIME_MS, type Tokens } from './model-server.js';
import type { Life } from './life.js';

type StoredRecord = SessionRecord<Tokens>;

/** Whether a tab may write this now. */
export function checkAttempt(
  { facts, server, everyTab }: World,
  life: Life,
  expected: StoredRecord | null,
  next: StoredRecord,
): void {
  if (life.state !== 'running') facts.broken('a tab that does not run writes');
  const tab = everyTab.find((it) => it.life === life);
  const isRefresh = expected?.epoch === next.epoch && next.generation > expected.generation;
  if (!isRefresh || !next.tokens || !tab?.left.has(next.tokens.login)) return;
  // What a failing store is owed is written first, and ended then.
  const isOwed = server.familyOf(next.tokens).excuses.has(STORE_FAILED);
  if (!isOwed) facts.broken('a refresh is stored after sign-out or another sign-in');
}

/** Whether this may stand in the store after that. */
export function checkWrite(world: World, before: StoredRecord | null, next: StoredRecord): void {
  const { facts } = world;
  if (before && next.fence < before.fence) facts.broken('a fence goes back');
  const version = `${next.generation}/${next.fence}`;
  const stoodFor = facts.versions.get(version) ?? next.epoch;
  if (stoodFor !== next.epoch) facts.broken('a version stands for two sign-ins');
  facts.versions.set(version, next.epoch);

  if (before?.tokens && before.tokens.login !== next.tokens?.login) facts.over.add(before.tokens.login);
  if (!next.tokens) return;
  const { login, accessToken } = next.tokens;
  if (facts.over.has(login)) facts.broken('a login that was over is back in the store');
  facts.written.add(accessToken);
  facts.goodUntil.set(accessToken, next.requestedAt + LIFETIME_MS);

  if (next.lostAt === undefined || before?.lostAt !== undefined) return;
  const isLate = world.schedule.now() - next.lostAt >= DEADLINE_MS;
  if (!isLate && !facts.doubtful.has(login)) facts.broken('a refresh that is not lost is taken for lost');
}
