import { systemClock } from '../../session/clock.js';

/** What wakes a page sends several events at once: within this they count as one. */
const ONE_WAKING_MS = 1_000;

/**
 * Calls `listener` when this page or worker may have missed something, since it was frozen, hidden, without focus, offline
 * or in the back-forward cache. Once a waking, at its first event: what changes from then on is heard.
 */
export function onWaking(listener: () => void): () => void {
  const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener' | 'document'>>;
  const { document } = page;
  let wokeAt = -Infinity;

  function wake(): void {
    const now = systemClock.now();
    // A clock that was set back begins anew.
    if (now >= wokeAt && now - wokeAt < ONE_WAKING_MS) return;
    wokeAt = now;
    listener();
  }

  function show({ persisted }: Event & { persisted?: boolean }): void {
    // A page that is loaded reads its store anyway.
    if (persisted) wake();
  }

  function seen(): void {
    if (document?.visibilityState === 'visible') wake();
    // The next waking is another, however soon it comes.
    else wokeAt = -Infinity;
  }

  const handlers = [
    [page, 'pageshow', show],
    [page, 'focus', wake],
    [page, 'online', wake],
    [document, 'visibilitychange', seen],
    [document, 'resume', wake],
  ] as const;
  for (const [target, type, handler] of handlers) target?.addEventListener?.(type, handler);
  return () => {
    for (const [target, type, handler] of handlers) target?.removeEventListener?.(type, handler);
  };
}
