import { abortReason } from '../platform/abort.js';

/**
 * Where held requests wait. Whatever changes wakes them all, and each looks again whether it may go: nobody is
 * forgotten, whichever way a renewal ends.
 */
export type WaitingRoom = {
  /** Resolves at the next `wake`; rejects at once with the signal's own reason when that aborts. */
  wait(signal: AbortSignal | undefined, background: boolean): Promise<void>;
  /** Ends every wait. Called by `session.ts` wherever the state changed so that a request may fare otherwise. */
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

/** Those who share a signal: one listener, however many they are, and Node warns from the eleventh on. */
type Group = { readonly waiters: Waiter[]; readonly leave: () => void };

export function createWaitingRoom(onChange: (held: number) => void): WaitingRoom {
  const groups = new Map<AbortSignal, Group>();
  // Who cannot be aborted waits for the same promise as all others: ten thousand of them are one.
  let shared: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  let held = 0;
  let inBackground = 0;

  function open(signal: AbortSignal): Group {
    const waiters: Waiter[] = [];
    function leave(): void {
      close(signal, leave);
      for (const { reject, background } of waiters) {
        held--;
        if (background) inBackground--;
        reject(abortReason(signal));
      }
      onChange(held);
    }
    signal.addEventListener('abort', leave);
    const group = { waiters, leave };
    groups.set(signal, group);
    return group;
  }

  function close(signal: AbortSignal, leave: () => void): void {
    signal.removeEventListener('abort', leave);
    groups.delete(signal);
  }

  return {
    wait(signal, background) {
      // By a listener that was just told of it.
      if (signal?.aborted) return Promise.reject(abortReason(signal));
      held++;
      if (background) inBackground++;
      onChange(held);
      if (!signal) return (shared ??= share()).promise;
      const { waiters } = groups.get(signal) ?? open(signal);
      return new Promise((resolve, reject) => waiters.push({ resolve, reject, background }));
    },
    wake() {
      if (held === 0) return;
      held = 0;
      inBackground = 0;
      for (const [signal, { waiters, leave }] of groups) {
        close(signal, leave);
        for (const { resolve } of waiters) resolve();
      }
      shared?.resolve();
      shared = undefined;
      onChange(held);
    },
    get held() {
      return held;
    },
    get wanted() {
      return held - inBackground;
    },
  };
}

function share(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
