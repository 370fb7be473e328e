import { systemClock } from '../../session/clock.js';

/** What wakes a page sends several events at once: within this they count as one. */
const ONE_WAKING_MS = 1_000;

/**
 * Calls `listener` when this page or worker may have missed something, since it was frozen, hidden, without focus, offline
 * or in the back-forward cache. Once a waking, at its first event: what changes from then on is heard. `missed`: it stood
 * still, so that nothing at all was heard.
 */
export function onWaking(listener: (missed: boolean) => void): () => void {
  const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener' | 'document'>>;
  const { document } = page;
  let wokeAt = -Infinity;
  let toldMissed = false;

  function wake(missed: boolean): void {
    const now = systemClock.now();
    // A clock that was set back begins anew. That it stood still counts for more than what was told before.
    if (now >= wokeAt && now - wokeAt < ONE_WAKING_MS && (toldMissed || !missed)) return;
    wokeAt = now;
    toldMissed = missed;
    listener(missed);
  }

  const stir = (): void => wake(false);
  const rise = (): void => wake(true);

  function show({ persisted }: Event & { persisted?: boolean }): void {
    // A page that is loaded reads its store anyway.
    if (persisted) rise();
  }

  function seen(): void {
    if (document?.visibilityState === 'visible') stir();
    // The next waking is another, however soon it comes.
    else wokeAt = -Infinity;
  }

  const handlers = [
    [page, 'pageshow', show],
    [page, 'focus', stir],
    [page, 'online', stir],
    [document, 'visibilitychange', seen],
    [document, 'resume', rise],
  ] as const;
  for (const [target, type, handler] of handlers) target?.addEventListener?.(type, handler);
  return () => {
    for (const [target, type, handler] of handlers) target?.removeEventListener?.(type, handler);
  };
}
