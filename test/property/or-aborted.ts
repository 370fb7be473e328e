/** Rejects with the signal's reason as soon as that aborts. */
export function orAborted<Value>(task: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return task;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
