import type { Answer } from '../contract.js';
import { inTime } from './patience.js';

/** What became of one call. `hung`: nothing, within the patience of a caller. */
export type Outcome =
  | { readonly type: 'answered'; readonly answer: Answer; readonly afterMs: number }
  | { readonly type: 'rejected'; readonly error: unknown; readonly afterMs: number }
  | { readonly type: 'hung' };

/** Waits for calls to settle, up to the patience that a caller has. */
export function settle(calls: readonly Promise<Answer>[]): Promise<Outcome[]> {
  return Promise.all(calls.map(outcomeOf));
}

export async function outcomeOf(call: Promise<Answer>): Promise<Outcome> {
  const startedAt = performance.now();
  const afterMs = (): number => performance.now() - startedAt;
  const settled = call.then(
    (answer): Outcome => ({ type: 'answered', answer, afterMs: afterMs() }),
    (error: unknown): Outcome => ({ type: 'rejected', error, afterMs: afterMs() }),
  );
  return (await inTime(settled)) ?? { type: 'hung' };
}

export function isServed(outcome: Outcome): boolean {
  return outcome.type === 'answered' && outcome.answer.status >= 200 && outcome.answer.status < 300;
}
