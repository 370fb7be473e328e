import type { Judging } from '../../contract.js';
import type { Stage } from '../../stage/stage.js';
import { isServed } from '../../stage/outcomes.js';

/** The codes for dead tokens of a server that answers HTTP 200 to everything. */
export const DEAD_CODES = [30001, 40001, 42001, 40014] as const;

export const BY_ERRCODE: Judging = { by: 'code', field: 'errcode', refresh: DEAD_CODES, signOut: [] };

/** Fails unless the caller got the planned reply at once: nothing was refreshed, and nothing sent again. */
export async function expectAsItIs(
  stage: Stage,
  what: string,
  call: () => Promise<{ readonly status: number; readonly body: unknown }>,
  body: unknown,
): Promise<void> {
  const before = await stage.server.seen();
  const outcome = await stage.outcomeOf(call());
  const { refreshes, sends } = await stage.server.seen();
  if (refreshes > before.refreshes) stage.fail(`${what}: refreshes`);
  if (sends.length > before.sends.length + 1) stage.fail(`${what}: sent again`);
  if (outcome.type !== 'answered' || !isServed(outcome)) return stage.fail(`${what}: not answered`);
  if (JSON.stringify(outcome.answer.body) !== JSON.stringify(body)) stage.fail(`${what}: answered otherwise`);
}
