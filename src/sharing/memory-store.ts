import { callSafely } from '../session/platform/call-safely.js';
import { copyOf } from '../session/tokens/plain-tokens.js';
import { sameVersion, type SessionRecord } from '../session/state/record.js';
import { sharedStore, type SharedStore } from './shared-store.js';

/**
 * Keeps the record in a variable, for several sessions of one process: their refreshes are single across them. One session
 * alone needs no store.
 */
export function memoryStore<T>(): SharedStore<T> {
  let record: SessionRecord<T> | null = null;
  const listeners = new Set<() => void>();
  return sharedStore<T>({
    read: () => copyOf(record),
    compareAndSet(expected, next) {
      if (!sameVersion(record, expected)) return false;
      record = copyOf(next);
      for (const listener of [...listeners]) listener();
      return true;
    },
    subscribe(listener) {
      const heard = (): void => callSafely(listener);
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
  });
}
