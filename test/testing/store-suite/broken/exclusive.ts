import { deferred } from '../../../support/deferred.js';
import { CASE } from '../case-names.js';
import { aborted, queueOn } from '../right-store.js';
import type { Broken } from './broken.js';

/** Stores that get locks wrong. */
export const BROKEN_EXCLUSIVE: Broken[] = [
  [
    'locks nothing',
    (right) => ({ ...right, exclusive: (_, task) => task() }),
    CASE.oneAtATime,
    CASE.abortedBefore,
  ],
  [
    'lets only the first task of a fence run',
    (right) => {
      const begun = new Set<number>();
      return {
        ...right,
        async exclusive(fence, task) {
          if (begun.has(fence)) return undefined as never;
          begun.add(fence);
          return task();
        },
      };
    },
    CASE.oneAtATime,
  ],
  [
    'has one lock for all fences',
    (right, place) => ({ ...right, exclusive: queueOn(() => 0, place) }),
    CASE.sideBySide,
  ],
  [
    'keeps the result of a task to itself',
    (right) => ({
      ...right,
      exclusive: async (...args) => void (await right.exclusive(...args)) as never,
    }),
    CASE.result,
  ],
  [
    'swallows the error of a task',
    (right) => ({
      ...right,
      exclusive: (fence, task, options) =>
        right.exclusive(fence, () => task().catch(() => undefined as never), options),
    }),
    CASE.error,
  ],
  [
    'never lets go after a task that failed',
    (right) => {
      const lost = new Set<number>();
      return {
        ...right,
        exclusive: (fence, task, options) =>
          lost.has(fence)
            ? new Promise(() => {})
            : right.exclusive(fence, task, options).catch((error: unknown) => {
                lost.add(fence);
                throw error;
              }),
      };
    },
    CASE.error,
  ],
  [
    'heeds no signal',
    (right) => ({
      ...right,
      exclusive: (fence, task) => right.exclusive(fence, task, { signal: new AbortController().signal }),
    }),
    CASE.givesUp,
    CASE.abortedBefore,
  ],
  [
    'runs a task that was given up',
    (right) => ({
      ...right,
      exclusive: (fence, task, { signal }) =>
        Promise.race([
          right.exclusive(fence, task, { signal: new AbortController().signal }),
          aborted(signal),
        ]),
    }),
    CASE.givesUp,
    CASE.abortedAfter,
  ],
  [
    'resolves for who gives up',
    (right) => ({
      ...right,
      exclusive: (fence, task, options) =>
        right.exclusive(fence, task, options).catch((error: unknown) => {
          if (options.signal.aborted) return undefined as never;
          throw error;
        }),
    }),
    CASE.givesUp,
    CASE.abortedBefore,
  ],
  [
    'lets go when the signal of a running task aborts',
    (right, place) => ({
      ...right,
      async exclusive(fence, task, { signal }) {
        const before = place.queues.get(fence);
        const letGo = deferred();
        signal.addEventListener('abort', () => letGo.resolve());
        place.queues.set(fence, Promise.allSettled([before, letGo.promise]));
        await before;
        signal.throwIfAborted();
        return task().finally(() => letGo.resolve());
      },
    }),
    CASE.abortedAfter,
  ],
  [
    'has no locks, and nobody said so',
    ({ read, compareAndSet, subscribe }) => ({ read, compareAndSet, subscribe }),
    CASE.exclusive,
    CASE.oneAtATime,
  ],
];
