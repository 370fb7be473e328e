import { abortReason } from '../platform/abort.js';
import type { GuardOptions, Verdict } from './guard-options.js';

/** What is judged where the options say nothing. */
export function judgeStatus(reply: unknown): Verdict {
  const { status, statusCode } = (reply ?? {}) as { status?: unknown; statusCode?: unknown };
  return (status ?? statusCode) === 401 ? 'refresh' : 'pass';
}

/** Where the judge throws in its turn, the verdict is `pass`: the caller is to see the error of `send`, and no other. */
export async function judgeThrown<Reply>(error: unknown, options: GuardOptions<Reply>): Promise<Verdict> {
  const { judge = judgeStatus } = options;
  try {
    return await (options.judgeThrown ? options.judgeThrown(error) : judge(carriedBy(error) as Reply));
  } catch {
    return 'pass';
  }
}

/** Many clients throw an error that carries the reply, others one that is as good as a reply itself. */
export function carriedBy(error: unknown): unknown {
  try {
    return (error as { response?: unknown } | null | undefined)?.response ?? error;
  } catch {
    // A getter of its own.
    return error;
  }
}

/** Settles as `task` does, or with the signal's reason as soon as that aborts. */
export function orAborted<Value>(task: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return task;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(abortReason(signal));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
    void task.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
