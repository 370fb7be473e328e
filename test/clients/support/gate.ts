import { deferred, type Deferred } from '../../support/deferred.js';

/** Where requests wait until a test lets them in. */
export type Gate = {
  /** Resolves when so many requests wait here. */
  waiting(count: number): Promise<void>;
  open(): void;
};

export function createGate(): { gate: Gate; enter: () => Promise<void> } {
  let isOpen = false;
  const inside: Deferred[] = [];
  const watchers: { readonly count: number; readonly seen: Deferred }[] = [];
  function tellWatchers(): void {
    for (const { count, seen } of watchers) if (inside.length >= count) seen.resolve();
  }
  return {
    enter() {
      const turn = deferred();
      if (isOpen) turn.resolve();
      else inside.push(turn);
      tellWatchers();
      return turn.promise;
    },
    gate: {
      waiting(count) {
        const seen = deferred();
        watchers.push({ count, seen });
        tellWatchers();
        return seen.promise;
      },
      open() {
        isOpen = true;
        for (const turn of inside.splice(0)) turn.resolve();
      },
    },
  };
}
