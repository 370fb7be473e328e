import { setTimeout as pause } from 'node:timers/promises';

/** As long as a slow machine needs, and less than a test may take, so that it is told what was waited for. */
const PATIENCE_MS = 40_000;
const LOOK_AGAIN_MS = 5;

type Nothing = undefined | null | false;

/** Asks until there is an answer. For what tells nobody when it happens. */
export async function waitFor<Value>(what: string, ask: () => Promise<Value | Nothing>): Promise<Value> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}
