import type { Clock } from './clock.js';

/**
 * Begins `task` and settles as it does, unless `delayMs` are over or `signal` aborts first: then to what `otherwise` says, which is asked
 * on the spot. Of timer and listener nothing stays behind.
 */
export function firstOf<Value>(
  clock: Pick<Clock, 'setTimer'>,
  delayMs: number,
  signal: AbortSignal,
  task: () => Promise<Value> | undefined,
  otherwise: (by: 'timer' | 'abort') => Value,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    };
    const giveUp = (by: 'timer' | 'abort'): void => {
      finish();
      resolve(otherwise(by));
    };
    const onAbort = (): void => giveUp('abort');
    const cancel = clock.setTimer(() => giveUp('timer'), delayMs);
    signal.addEventListener('abort', onAbort);
    // Begun only now, since it may be a function of the user that ends this wait.
    void task()?.then(resolve, reject).finally(finish);
    if (signal.aborted) onAbort();
  });
}
