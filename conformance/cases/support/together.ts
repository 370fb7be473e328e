import type { Answer } from '../../contract.js';
import type { Outcome } from '../../stage/outcomes.js';
import type { Stage } from '../../stage/stage.js';
import { quiet } from './quiet.js';

/**
 * Requests that all need the same refresh, which is answered only when nothing else moves any more: none of them is
 * late, however busy the machine. Once a case, since the gate stays open afterwards.
 */
export async function together(stage: Stage, begin: () => Promise<Answer>[]): Promise<Outcome[]> {
  const refresh = await stage.hold('/auth/refresh');
  const calls = begin();
  await refresh.reached(1);
  await quiet(stage);
  await refresh.open();
  return await stage.settle(calls);
}
