type Page = {
  addEventListener?: typeof addEventListener;
  document?: Pick<Document, 'addEventListener'>;
};

/**
 * Calls back when this page is about to stand still, frozen or in the back-forward cache, and when it goes on. Its
 * workers stand still with it, and are told nothing.
 */
export function onSleep(sleep: () => void, wake: () => void): void {
  const { addEventListener: listen, document } = globalThis as Page;
  const ifCached =
    (listener: () => void) =>
    ({ persisted }: PageTransitionEvent): void => {
      if (persisted) listener();
    };
  listen?.('pagehide', ifCached(sleep));
  listen?.('pageshow', ifCached(wake));
  document?.addEventListener('freeze', sleep);
  document?.addEventListener('resume', wake);
}
