import type { Stage } from '../../stage/stage.js';

/** Beyond this nobody is answered any more. Whoever stops at all has stopped long before. */
export const LOOP = 300;

/** Nothing goes out more often than callers can account for. How far beyond that it gets may be chance, and is not told. */
export async function expectNoLoop(
  stage: Stage,
  most: { readonly refreshes: number; readonly sends: number },
): Promise<void> {
  const { refreshes, sends } = await stage.server.seen();
  if (refreshes > most.refreshes) stage.fail(`more than ${most.refreshes} refreshes`);
  if (sends.length > most.sends) stage.fail(`more than ${most.sends} sends`);
}

/** A loop is one fault, and one case is about it: others have nothing to say of a library that never stops. */
export async function leaveLoopsOut(stage: Stage): Promise<void> {
  if ((await stage.server.seen()).looped)
    stage.leaveOut('an end of requests whose new token is rejected, too');
}
