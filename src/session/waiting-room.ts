/**
 * Where held requests wait. Whatever changes wakes them all, and each looks again whether it may go: nobody is
 * forgotten, whichever way a renewal ends.
 */
export type WaitingRoom = {
  /** Resolves at the next `wake`; rejects at once with the signal's own reason when that aborts. */
  wait(signal: AbortSignal | undefined, background: boolean): Promise<void>;
  wake(): void;
  /** How many wait. */
  readonly held: number;
  /** How many of them somebody waits for. */
  readonly wanted: number;
};

type Waiter = {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly background: boolean;
};

export function createWaitingRoom(onChange: () => void): WaitingRoom {
  let waiters = new Set<Waiter>();
  // Who cannot be aborted waits for the same promise as all others: ten thousand of them are one.
  let shared: { readonly promise: Promise<void>; readonly resolve: () => void; count: number } | undefined;
  let backgroundCount = 0;
  // One listener a signal, however many requests share it: ten thousand would be ten thousand closures, and Node warns
  // from the eleventh on.
  const watched = new Map<AbortSignal, { waiters: Set<Waiter>; leave: () => void }>();

  function watch(signal: AbortSignal, waiter: Waiter): void {
    const entry = watched.get(signal);
    if (entry) {
      entry.waiters.add(waiter);
      return;
    }
    const leave = (): void => {
      const leaving = watched.get(signal)?.waiters ?? [];
      watched.delete(signal);
      signal.removeEventListener('abort', leave);
      for (const one of leaving) {
        if (!waiters.delete(one)) continue;
        if (one.background) backgroundCount--;
        one.reject(signal.reason);
      }
      onChange();
    };
    watched.set(signal, { waiters: new Set([waiter]), leave });
    signal.addEventListener('abort', leave);
  }

  return {
    wait(signal, background) {
      if (background) backgroundCount++;
      if (!signal) {
        shared ??= share();
        shared.count++;
        onChange();
        return shared.promise;
      }
      return new Promise((resolve, reject) => {
        const waiter = { resolve, reject, background };
        waiters.add(waiter);
        watch(signal, waiter);
        onChange();
      });
    },
    wake() {
      const woken = waiters;
      waiters = new Set();
      backgroundCount = 0;
      for (const [signal, { leave }] of watched) signal.removeEventListener('abort', leave);
      watched.clear();
      shared?.resolve();
      shared = undefined;
      for (const { resolve } of woken) resolve();
      onChange();
    },
    get held() {
      return held();
    },
    get wanted() {
      return held() - backgroundCount;
    },
  };

  function held(): number {
    return waiters.size + (shared?.count ?? 0);
  }
}

function share(): { promise: Promise<void>; resolve: () => void; count: number } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve, count: 0 };
}
