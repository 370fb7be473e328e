import { systemClock } from '../../session/platform/clock.js';
import { undoAll, type Undo } from './undo.js';

type Handlers = Readonly<Record<string, (event: Event & { readonly persisted?: boolean }) => void>>;

const page: Partial<EventTarget & Pick<Window, 'document'>> = globalThis;

/** What wakes a page sends several events at once: within this they count as one. */
const ONE_WAKING_MS = 1_000;

/**
 * Calls back when this page is about to stand still, frozen or in the back-forward cache, and when it goes on. Its
 * workers stand still with it, and are told nothing.
 */
export function onStandstill(stop: () => void, goOn: () => void): Undo {
  return undoAll(
    listen(page, { pagehide: ifCached(stop), pageshow: ifCached(goOn) }),
    listen(page.document, { freeze: stop, resume: goOn }),
  );
}

/**
 * Calls `listener` when this page or worker may have missed something, since it was frozen, hidden, without focus, offline
 * or in the back-forward cache. Once a waking, at its first event: what changes from then on is heard. `missed`: it stood
 * still, so that nothing at all was heard.
 */
export function onWaking(listener: (missed: boolean) => void): Undo {
  let wokeAt = -Infinity;
  let toldMissed = false;

  function wake(missed: boolean): void {
    const now = systemClock.now();
    // The same waking as the one before, unless the clock was set back meanwhile, or this is the first event of it that
    // tells that the page stood still.
    if (now >= wokeAt && now - wokeAt < ONE_WAKING_MS && (toldMissed || !missed)) return;
    wokeAt = now;
    toldMissed = missed;
    listener(missed);
  }

  const stir = (): void => wake(false);
  const rise = (): void => wake(true);

  function seen(): void {
    if (page.document?.visibilityState === 'visible') stir();
    // Hidden again: what makes it visible is another waking, however soon it comes.
    else wokeAt = -Infinity;
  }

  return undoAll(
    listen(page, { pageshow: ifCached(rise), focus: stir, online: stir }),
    listen(page.document, { visibilitychange: seen, resume: rise }),
  );
}

/** `pagehide` and `pageshow` also tell that a page is left for good, or is loaded. */
function ifCached(listener: () => void): Handlers[string] {
  return ({ persisted }) => {
    if (persisted) listener();
  };
}

/** A worker has no document, and Node neither of the two. */
function listen(target: Partial<EventTarget> | undefined, handlers: Handlers): Undo {
  const all = Object.entries(handlers);
  for (const [type, handler] of all) target?.addEventListener?.(type, handler);
  return () => {
    for (const [type, handler] of all) target?.removeEventListener?.(type, handler);
  };
}
