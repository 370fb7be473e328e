/** Tells the calls that `refresh` itself makes: those before its first await, and those with its signal. */
export type OwnCalls = {
  run<Value>(task: () => Value, signal: AbortSignal): Value;
  has(signal?: AbortSignal): boolean;
};

export function createOwnCalls(): OwnCalls {
  const signals = new WeakSet<AbortSignal>();
  let depth = 0;
  return {
    run(task, signal) {
      signals.add(signal);
      depth++;
      try {
        return task();
      } finally {
        depth--;
      }
    },
    has: (signal) => depth > 0 || (signal !== undefined && signals.has(signal)),
  };
}
