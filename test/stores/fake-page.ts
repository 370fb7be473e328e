import { setMaxListeners } from 'node:events';
import { vi } from 'vitest';

/** A page: a window, a document, and who listens to them. */
export type FakePage = {
  /** From here on its window is the global object, as in a browser. */
  enter(): void;
  leave(): void;
  tell(type: string, persisted?: boolean): void;
  see(state: DocumentVisibilityState): void;
  /** What is listened to now, sorted; twice what two listen to. */
  listening(): string[];
  /** How many listeners there ever were. */
  added(): number;
};

const OF_DOCUMENT = ['visibilitychange', 'freeze', 'resume'];

export function fakePage(): FakePage {
  const heard: string[] = [];
  let added = 0;

  function target(): Pick<EventTarget, 'addEventListener' | 'removeEventListener' | 'dispatchEvent'> {
    const real = new EventTarget();
    setMaxListeners(0, real);
    const known = new Map<string, Set<unknown>>();
    const listenersOf = (type: string): Set<unknown> => {
      const listeners = known.get(type) ?? new Set();
      known.set(type, listeners);
      return listeners;
    };
    return {
      addEventListener(type: string, listener: EventListener) {
        added++;
        if (!listenersOf(type).has(listener)) heard.push(type);
        listenersOf(type).add(listener);
        real.addEventListener(type, listener);
      },
      removeEventListener(type: string, listener: EventListener) {
        if (listenersOf(type).delete(listener)) heard.splice(heard.indexOf(type), 1);
        real.removeEventListener(type, listener);
      },
      dispatchEvent: (event) => real.dispatchEvent(event),
    };
  }

  const window = target();
  const document = { ...target(), visibilityState: 'visible' as DocumentVisibilityState };

  function tell(type: string, persisted?: boolean): void {
    const event = Object.assign(new Event(type), { persisted });
    (OF_DOCUMENT.includes(type) ? document : window).dispatchEvent(event);
  }

  return {
    enter() {
      vi.stubGlobal('document', document);
      vi.stubGlobal('addEventListener', window.addEventListener);
      vi.stubGlobal('removeEventListener', window.removeEventListener);
    },
    leave() {
      for (const name of ['document', 'addEventListener', 'removeEventListener']) {
        vi.stubGlobal(name, undefined);
      }
    },
    tell,
    see(state) {
      document.visibilityState = state;
      tell('visibilitychange');
    },
    listening: () => [...heard].sort(),
    added: () => added,
  };
}
