/** The client's own clock, which a case moves without waiting. Timers go on as they are. */
export interface LocalTime {
  now(): number;
  /** Moves this process's `Date`. */
  skew(ms: number): void;
  /** Stops it at a moment. */
  freeze(at: number): void;
  /** Right again. */
  reset(): void;
}

/** Replaces `Date` in this process. To be called before the library under test is loaded: it may keep a reference. */
export function takeOverDate(): LocalTime {
  const RealDate = Date;
  let aheadMs = 0;
  let frozenAt: number | undefined;
  const now = (): number => frozenAt ?? RealDate.now() + aheadMs;

  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
  return {
    now,
    skew: (ms) => void (aheadMs += ms),
    freeze: (at) => void (frozenAt = at),
    reset() {
      aheadMs = 0;
      frozenAt = undefined;
    },
  };
}
