import type { Tab, World } from './contract.js';
import { LIFETIME_MS } from './model-server.js';

/**
 * The rules of writes where the record lives in the page: what may come to stand there, as far as the session shows it.
 * To be called whenever that may have changed.
 */
export function checkShown({ setting, facts, server }: World, tab: Tab): void {
  if (setting.store !== 'page') return;
  const { shown: before, session } = tab;
  const { generation } = session.snapshot();
  const tokens = session.current();
  const { login, accessToken } = tokens ?? {};
  tab.shown = { generation, login, accessToken };
  if (generation < before.generation) facts.broken('a generation goes back');
  const isOther = login !== before.login || accessToken !== before.accessToken;
  if (tokens && isOther && generation === before.generation) facts.broken('two tokens are one generation');
  if (before.login !== undefined && before.login !== login) facts.over.add(before.login);
  if (!tokens) return;
  if (facts.over.has(tokens.login)) facts.broken('a login that was over is back');
  facts.written.add(tokens.accessToken);
  if (generation === before.generation) return;
  const obtainedAt = facts.obtainedAt.get(tokens.accessToken) ?? server.issuedAt(tokens);
  const own = session.snapshot().expiresAt;
  // Those that the server gave in exchange for themselves begin anew, and when they did is not seen from outside.
  const isRepeated = own !== undefined && facts.repeated.has(tokens.accessToken);
  facts.goodUntil.set(tokens.accessToken, isRepeated ? own : obtainedAt + LIFETIME_MS);
}

/** The same once nothing is on its way: who was left is gone, and the newest tokens are those that are kept. */
export function checkKept({ setting, facts, server, everyTab }: World): void {
  if (setting.store !== 'page') return;
  for (const { session, left } of everyTab) {
    const tokens = session.current();
    if (!tokens) continue;
    if (left.has(tokens.login)) facts.broken('a sign-in that was left is still there');
    const family = server.familyOf(tokens);
    const isNewest = tokens.refreshToken === family.refreshToken;
    if (!isNewest) facts.suspect(family, 'the newest refresh token is not kept');
  }
}
