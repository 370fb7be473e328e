import type { SessionRecord } from '../../src/session/record.js';
import { memoryStore, type TokenStore } from '../../src/session/store.js';
import type { Tokens } from './set-up.js';

export type Fault = 'throws' | 'rejects' | 'hangs' | 'refuses' | 'writes and rejects';

/** A store that fails as it is told. */
export function faultyStore() {
  const memory = memoryStore<Tokens>();
  const faults: { read?: Fault | undefined; write?: Fault | undefined } = {};
  const hints: ((problem?: string, missed?: boolean) => void)[] = [];
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
      hints.push(listener);
      return () => void hints.splice(hints.indexOf(listener), 1);
    },
  };
  return { memory, store, faults, hints, stored: () => memory.read() as SessionRecord<Tokens> | null };
}
