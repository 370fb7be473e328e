import type { Stage } from '../../stage/stage.js';

/**
 * Nothing goes out more often than callers can account for. How far beyond that a loop gets is chance, and is not told;
 * a case that looks for loops gives low limits, so that every loop reaches them.
 */
export async function expectNoLoop(
  stage: Stage,
  most: { readonly refreshes: number; readonly sends: number },
): Promise<void> {
  const { refreshes, sends } = await stage.server.seen();
  if (refreshes > most.refreshes) stage.fail(`refreshes again and again (right: at most ${most.refreshes})`);
  if (sends.length > most.sends) stage.fail(`sends again and again (right: at most ${most.sends})`);
}
