import type { Clock } from '../../session/platform/clock.js';

/**
 * What an auth server's handler rejects with when the answer is not to arrive. Whoever mounts the handler on a
 * socket closes the connection then. It is a `TypeError`, as a failed `fetch` gives, so that a test which calls the
 * handler in the place of `fetch` sees what a real client would see.
 */
export class DroppedAnswerError extends TypeError {
  override readonly name = 'DroppedAnswerError';
  readonly code = 'dropped-answer';
}

/** Whether `error` is a `DroppedAnswerError`, also one of another copy of this package. */
export function isDroppedAnswer(error: unknown): error is DroppedAnswerError {
  return error instanceof Error && 'code' in error && error.code === 'dropped-answer';
}

export interface Delays {
  /**
   * Resolves `delayMs` later, or never for `Infinity`. Rejects with the client's own reason when it gives up, and
   * with a `DroppedAnswerError` when the server closes.
   */
  wait(delayMs: number, request: Request): Promise<void>;
  /** Ends every wait, and each one begun later at once. */
  close(): void;
}

/** The time that answers take, on any clock. */
export function createDelays(clock: Clock): Delays {
  const waiting = new Set<() => void>();
  let closed = false;

  return {
    async wait(delayMs, request) {
      if (!(delayMs > 0)) return;
      await new Promise<void>((resolve, reject) => {
        const cancelTimer = delayMs === Infinity ? undefined : clock.setTimer(() => settle(resolve), delayMs);
        // Holding the request, not its signal alone, keeps the platform from collecting what would abort it.
        const leave = (): void => settle(() => reject(request.signal.reason));
        const drop = (): void => settle(() => reject(new DroppedAnswerError('the server has closed')));

        function settle(finish: () => void): void {
          cancelTimer?.();
          request.signal.removeEventListener('abort', leave);
          waiting.delete(drop);
          finish();
        }

        request.signal.addEventListener('abort', leave);
        waiting.add(drop);
        if (request.signal.aborted) leave();
        else if (closed) drop();
      });
    },

    close() {
      closed = true;
      for (const drop of waiting) drop();
    },
  };
}
