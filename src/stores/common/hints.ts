import { callSafely } from '../../session/call-safely.js';
import { openChannel } from './channel.js';
import { onWaking } from './waking.js';

type Listener = (problem?: string, missed?: boolean) => void;

/** Who wants to hear of changes: the sessions of this store, and those of other pages and workers. */
export type Hints = {
  /** A page that wakes counts as one that missed a change. */
  subscribe(listener: Listener): () => void;
  /** Tells everybody that the record changed. */
  announce(): void;
  /** Tells the sessions here: that they have to look again, or that the store had to help itself. */
  tell(problem?: string): void;
};

export function createHints(name: string): Hints {
  const listeners = new Set<Listener>();
  let channel: BroadcastChannel | undefined;
  let stopWaking = (): void => {};

  function tell(problem?: string, missed?: boolean): void {
    for (const listener of [...listeners]) callSafely(listener, problem, missed);
  }

  return {
    subscribe(listener) {
      const heard: Listener = (...news) => listener(...news);
      if (listeners.size === 0) {
        channel = openChannel(name, () => tell());
        stopWaking = onWaking((missed) => tell(undefined, missed));
      }
      listeners.add(heard);
      return () => {
        if (!listeners.delete(heard) || listeners.size > 0) return;
        channel?.close();
        stopWaking();
      };
    },
    announce() {
      if (listeners.size === 0) return;
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      channel?.postMessage(null);
      // A channel does not hear itself, and several sessions may share one store.
      if (listeners.size > 1) tell();
    },
    tell,
  };
}
