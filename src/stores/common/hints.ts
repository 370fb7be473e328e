import { callSafely } from '../../session/platform/call-safely.js';
import { createChannel } from './channel.js';
import { onWaking } from './page-lifecycle.js';
import { undoAll, whileUsed, type Undo } from './undo.js';

type Listener = (problem?: string, missed?: boolean) => void;

/** Who wants to hear of changes: the sessions of this store, and those of other pages and workers. */
export type Hints = {
  /** A page that wakes is told to look again: it may have missed a change. */
  subscribe(listener: Listener): Undo;
  /** Tells everybody that the record changed. */
  announce(): void;
  /** Tells the sessions here: that they have to look again, or that the store had to help itself. */
  tell(problem?: string): void;
};

export function createHints(name: string): Hints {
  const listeners = new Set<Listener>();
  const channel = createChannel(name, () => tell());
  const watchWaking = whileUsed(() => onWaking((missed) => tell(undefined, missed)));

  function tell(problem?: string, missed?: boolean): void {
    for (const listener of [...listeners]) callSafely(listener, problem, missed);
  }

  return {
    subscribe(listener) {
      const heard: Listener = (...news) => listener(...news);
      listeners.add(heard);
      return undoAll(channel.open(), watchWaking(), () => listeners.delete(heard));
    },
    announce() {
      channel.post(null);
      // A channel does not hear itself, and several sessions may share one store.
      if (listeners.size > 1) tell();
    },
    tell,
  };
}
