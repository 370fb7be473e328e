import { onSleep } from './sleep.js';

type Listener = (problem?: string, missed?: boolean) => void;

/** Who wants to hear of changes: the sessions of this store, and those of other pages and workers. */
export type Hints = {
  subscribe(listener: Listener): () => void;
  /** Tells everybody that the record changed. */
  announce(): void;
  /** Tells the sessions here that the store had to help itself. */
  report(problem: string): void;
};

export function createHints(name: string): Hints {
  const listeners = new Set<Listener>();
  let channel: BroadcastChannel | undefined;

  function tell(problem?: string, missed?: boolean): void {
    for (const listener of [...listeners]) listener(problem, missed);
  }

  function listen(): BroadcastChannel | undefined {
    try {
      const opened = new BroadcastChannel(name);
      opened.addEventListener('message', () => tell());
      // In Node a listening channel would keep the process alive.
      (opened as { unref?(): void }).unref?.();
      return opened;
    } catch {
      // There is none, or this page may not have one: hints only save time.
      return undefined;
    }
  }

  // What was told meanwhile was not heard.
  onSleep(
    () => {},
    () => tell(undefined, true),
  );

  return {
    subscribe(listener) {
      const heard: Listener = (...news) => listener(...news);
      listeners.add(heard);
      channel ??= listen();
      return () => {
        listeners.delete(heard);
        if (listeners.size > 0) return;
        channel?.close();
        channel = undefined;
      };
    },
    announce() {
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      channel?.postMessage(null);
      // A channel does not hear itself, and several sessions may share one store.
      if (listeners.size > 1) tell();
    },
    report: tell,
  };
}
