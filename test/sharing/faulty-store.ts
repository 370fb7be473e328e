import type { SessionRecord } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import type { Tokens } from '../session/set-up.js';

export type Fault = 'throws' | 'rejects' | 'hangs' | 'refuses' | 'writes and rejects';

/** A store that fails as it is told, and whose hints are given by hand. */
export function faultyStore() {
  const memory = memoryStore<Tokens>();
  const faults: { read?: Fault | undefined; write?: Fault | undefined } = {};
  const listeners: ((problem?: string, missed?: boolean) => void)[] = [];
  const fail = <Value>(fault: Fault | undefined, operate: () => Value): Value | Promise<never> => {
    if (fault === 'throws') throw new RangeError('quota');
    if (fault === 'writes and rejects') operate();
    if (fault === 'hangs') return new Promise<never>(() => {});
    return fault === undefined ? operate() : Promise.reject(new RangeError('quota'));
  };
  const store: TokenStore<Tokens> = {
    read: () => fail(faults.read, () => memory.read() as SessionRecord<Tokens> | null),
    compareAndSet: (expected, next) =>
      faults.write === 'refuses'
        ? false
        : fail(faults.write, () => memory.compareAndSet(expected, next) as boolean),
    subscribe(listener) {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  return {
    memory,
    store,
    faults,
    listeners,
    /** Gives everybody who listens a hint. */
    hint(problem?: string, missed?: boolean): void {
      if (listeners.length === 0) throw new Error('nobody listens to this store');
      for (const listener of listeners) listener(problem, missed);
    },
    stored: () => memory.read() as SessionRecord<Tokens> | null,
  };
}
