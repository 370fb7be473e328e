import { abortError } from './abort.js';
import { callSafely } from './call-safely.js';

/**
 * An `AbortController`, or, where the platform has none (mini-programs), one that does as much as a session asks of it.
 */
export function createAbortController(): AbortController {
  return typeof AbortController === 'function' ? new AbortController() : plainAbortController();
}

export function plainAbortController(): AbortController {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
    throwIfAborted(): void {
      if (signal.aborted) throw signal.reason;
    },
  };
  return {
    signal: signal as unknown as AbortSignal,
    abort(reason: unknown = abortError()) {
      if (signal.aborted) return;
      signal.aborted = true;
      signal.reason = reason;
      // As the platform does it: one that throws keeps nobody else from hearing of it.
      for (const listener of listeners) callSafely(listener);
      listeners.clear();
    },
  };
}
