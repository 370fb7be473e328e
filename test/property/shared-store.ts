import type { SessionRecord } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import type { Life } from './life.js';
import type { StoreMishap } from './mishaps.js';
import type { Tokens } from './model-server.js';
import type { Schedule } from './schedule.js';

/** The one store of all tabs, and each tab's own slow, failing way to it. */
export type SharedStore = {
  /** Undefined where there is none. */
  storeFor(life: Life): TokenStore<Tokens> | undefined;
  /** What stands there. */
  record(): SessionRecord<Tokens> | null;
  /** How many operations are on their way. */
  readonly busy: number;
  /** What befalls the next operations. */
  readonly mishaps: StoreMishap[];
  /** A tab is gone: its locks are free. */
  letGo(life: Life): void;
};

export type SharedStoreOptions = {
  readonly schedule: Schedule;
  readonly kind: 'memory' | 'slow';
  readonly exclusive: boolean;
  readonly subscribe: boolean;
  readonly onWrite: (before: SessionRecord<Tokens> | null, next: SessionRecord<Tokens>) => void;
  /** A tab is about to write. */
  readonly onAttempt: (
    life: Life,
    expected: SessionRecord<Tokens> | null,
    next: SessionRecord<Tokens>,
  ) => void;
  readonly onMishap: () => void;
};

type Operation = { readonly life: Life; readonly startedAt: number };

/** The deadline of the engine: what takes longer has failed, whatever comes of it. */
const STORE_TIMEOUT_MS = 5_000;

export function createSharedStore(options: SharedStoreOptions): SharedStore {
  const { schedule, onWrite, onAttempt, onMishap } = options;
  const memory = memoryStore<Tokens>();
  const locks = createLocks(schedule);
  const mishaps: StoreMishap[] = [];
  let record: SessionRecord<Tokens> | null = null;
  const pending = new Set<Operation>();

  function writeNow(expected: SessionRecord<Tokens> | null, next: SessionRecord<Tokens>): boolean {
    if (!memory.compareAndSet(expected, next)) return false;
    const before = record;
    record = next;
    onWrite(before, next);
    return true;
  }

  function operate<Value>(life: Life, label: string, operation: () => Value): Promise<Value> {
    const mishap = mishaps.shift();
    if (mishap) onMishap();
    if (mishap === 'throws') throw new Error('the store is gone');
    return answer();

    async function answer(): Promise<Value> {
      const mine = { life, startedAt: schedule.now() };
      pending.add(mine);
      try {
        await schedule.turn(label, life);
        if (mishap === 'fails') throw new Error('the store failed');
        const value = operation();
        if (mishap === 'never answers') await new Promise<never>(() => {});
        await schedule.turn(`${label}: answer`, life);
        if (mishap === 'fails after writing') throw new Error('the store failed late');
        return value;
      } finally {
        finish(mine);
      }
    }
  }

  function finish(operation: Operation): void {
    pending.delete(operation);
    if (isLate(operation)) onMishap();
  }

  function isLate({ startedAt }: Operation): boolean {
    return schedule.now() - startedAt >= STORE_TIMEOUT_MS;
  }

  return {
    mishaps,
    record: () => record,
    get busy() {
      return pending.size;
    },
    letGo(life) {
      locks.letGo(life);
      for (const operation of pending) if (operation.life === life) finish(operation);
    },
    storeFor(life) {
      const compareAndSet: TokenStore<Tokens>['compareAndSet'] = (expected, next) => {
        if ([...pending].some(isLate)) onMishap();
        onAttempt(life, expected, next);
        if (options.kind === 'memory') return writeNow(expected, next);
        const label = `write ${next.generation}/${next.fence}`;
        return operate(life, label, () => writeNow(expected, copy(next)));
      };
      if (options.kind === 'memory') return { ...memory, compareAndSet };
      return {
        read: () => operate(life, 'read', () => record && copy(record)),
        compareAndSet,
        ...(options.exclusive && {
          exclusive: (fence, task, { signal }) => locks.hold(life, fence, task, signal),
        }),
        ...(options.subscribe && {
          subscribe: (listener) =>
            memory.subscribe?.(() => void schedule.turn('hint', life).then(() => listener())) ?? (() => {}),
        }),
      };
    },
  };
}

/** Like any store that is not in this memory: what is read is another object than what was written. */
function copy(record: SessionRecord<Tokens>): SessionRecord<Tokens> {
  return { ...record, tokens: record.tokens && { ...record.tokens } };
}

type Claimant = { readonly life: Life; readonly enter: () => void };

/** Named locks that pass on when their holder lets go or is gone. */
function createLocks(schedule: Schedule) {
  const queues = new Map<number, Claimant[]>();

  function passOn(fence: number): void {
    const first = queues.get(fence)?.[0];
    if (first) void schedule.turn(`lock ${fence}`, first.life).then(first.enter);
  }

  function leave(fence: number, claimant: Claimant): void {
    const queue = queues.get(fence) ?? [];
    const wasFirst = queue[0] === claimant;
    queues.set(
      fence,
      queue.filter((it) => it !== claimant),
    );
    if (wasFirst) passOn(fence);
  }

  return {
    hold<Value>(life: Life, fence: number, task: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
      return new Promise((resolve, reject) => {
        let entered = false;
        const claimant: Claimant = {
          life,
          enter() {
            if (signal.aborted || life.state === 'dead') return;
            entered = true;
            const done = task();
            void done.then(resolve, reject);
            void done.then(
              () => leave(fence, claimant),
              () => leave(fence, claimant),
            );
          },
        };
        signal.addEventListener('abort', () => {
          if (entered) return;
          leave(fence, claimant);
          reject(new Error('no longer wanted'));
        });
        const queue = queues.get(fence) ?? [];
        queues.set(fence, [...queue, claimant]);
        if (queue.length === 0) passOn(fence);
      });
    },
    letGo(life: Life): void {
      for (const [fence, queue] of queues) {
        for (const claimant of queue) if (claimant.life === life) leave(fence, claimant);
      }
    },
  };
}
