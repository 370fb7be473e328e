import { staleFrom } from './admit.js';
import { initialState, type SessionState } from './state.js';

/** The state as it is now. Whoever has to react to a change watches it. */
export type LiveState<T> = {
  readonly current: SessionState<T>;
  /** See {@link staleFrom}. */
  readonly staleAt: number;
  set(next: SessionState<T>): void;
  /** Calls `watcher` at each change, on the spot; returns its undo. */
  watch(watcher: (before: SessionState<T>) => void): () => void;
};

export function createLiveState<T>(holdAlways: boolean): LiveState<T> {
  const watchers = new Set<(before: SessionState<T>) => void>();
  const live = {
    current: initialState<T>(),
    staleAt: -Infinity,
    set(next: SessionState<T>) {
      const before = live.current;
      live.current = next;
      live.staleAt = staleFrom(next, holdAlways);
      for (const watcher of watchers) watcher(before);
    },
    watch(watcher: (before: SessionState<T>) => void) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
  return live;
}
