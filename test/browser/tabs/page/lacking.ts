import type { Lacking } from './options.js';

/** Takes things away from the browser, before the library looks for them. */
export function takeAway(lacking: readonly Lacking[]): void {
  for (const what of lacking) TAKE[what]();
}

const TAKE: Record<Lacking, () => void> = {
  locks: () => hide(navigator, 'locks', () => undefined),
  channel: () => hide(globalThis, 'BroadcastChannel', () => undefined),
  database: () => hide(globalThis, 'indexedDB', () => undefined),
  'database-access': () =>
    hide(globalThis, 'indexedDB', () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    }),
  'database-room'() {
    IDBObjectStore.prototype.put = function put() {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
  },
};

function hide(owner: object, name: string, get: () => unknown): void {
  Object.defineProperty(owner, name, { get, configurable: true });
}
