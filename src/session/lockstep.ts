import { createAbortController, type Clock } from './clock.js';
import type { TokenStore } from './store.js';

/** Without locks nobody tells that a holder let go: the record is looked at again this often while somebody waits. */
const LOOK_AGAIN_MS = 250;

export type Lockstep = {
  /**
   * Runs `task` under the lock of claim `fence` (null: it has none), or without it once `patienceMs` are over. Gives up,
   * with undefined, when the record changed meanwhile or nobody needs it any more.
   */
  whenFree<R>(
    fence: number | null,
    patienceMs: number,
    task: (locked: boolean) => Promise<R>,
  ): Promise<R | undefined>;
  /** Resolves after `delayMs`, or as soon as nobody needs it any more. */
  pause(delayMs: number): Promise<void>;
};

/** Waiting for others at the store's scope: by lock where the store has some, by the clock and by hints everywhere. */
export function lockstep<T>(
  store: TokenStore<T>,
  clock: Clock,
  signal: AbortSignal,
  onHint: (listener: () => void) => () => void,
): Lockstep {
  function whenFree<R>(
    fence: number | null,
    patienceMs: number,
    task: (locked: boolean) => Promise<R>,
  ): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      let waiting = true;
      const queue = createAbortController();
      function stopWaiting(): boolean {
        const waited = waiting;
        waiting = false;
        cancelTimer();
        unhint();
        signal.removeEventListener('abort', giveUp);
        return waited;
      }
      function giveUp(): void {
        stopWaiting();
        queue.abort();
        resolve(undefined);
      }
      async function begin(locked: boolean): Promise<void> {
        if (!stopWaiting()) return;
        if (!locked) queue.abort();
        await task(locked).then(resolve, reject);
      }

      const shortestMs = store.exclusive && fence !== null ? patienceMs : Math.min(patienceMs, LOOK_AGAIN_MS);
      const cancelTimer = clock.setTimer(() => void begin(false), shortestMs);
      const unhint = onHint(giveUp);
      signal.addEventListener('abort', giveUp);
      if (patienceMs <= 0) void begin(false);
      else if (fence !== null)
        void underLock(fence, () => begin(true), queue.signal).catch(() => begin(false));
    });
  }

  /** Rejects when the lock service fails before the task began: that costs its speed and nothing else. */
  async function underLock(fence: number, task: () => Promise<void>, queue: AbortSignal): Promise<void> {
    await store.exclusive?.(fence, task, { signal: queue });
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = clock.setTimer(finish, delayMs);
      signal.addEventListener('abort', finish);
    });
  }

  return { whenFree, pause };
}
