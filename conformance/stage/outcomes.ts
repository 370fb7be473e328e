import type { Answer } from '../contract.js';

/** What became of one call. `hung`: nothing, within {@link PATIENCE_MS}. */
export type Outcome =
  | { readonly type: 'answered'; readonly answer: Answer; readonly afterMs: number }
  | { readonly type: 'rejected'; readonly error: unknown; readonly afterMs: number }
  | { readonly type: 'hung' };

/** Every caller has to be free by then. */
export const PATIENCE_MS = 3_000;

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

/** What a promise resolves to, or undefined when it did not within the patience. */
export async function inTime<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  return await Promise.race([promise, patience]).finally(() => clearTimeout(timer));
}

export function isServed(outcome: Outcome): boolean {
  return outcome.type === 'answered' && outcome.answer.status >= 200 && outcome.answer.status < 300;
}
