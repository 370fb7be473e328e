/** How many refreshes are allowed in a sliding window of time. */
export type BreakerOptions = { readonly limit: number; readonly windowMs: number };

/**
 * Counts refreshes, so that tokens which never satisfy the server cannot make a loop of them. `openUntil` tells when
 * the next one is allowed, undefined when it is now.
 */
export type Breaker = {
  openUntil(now: number): number | undefined;
  count(now: number): void;
  reset(): void;
};

export function createBreaker(options: BreakerOptions | false): Breaker {
  let times: number[] = [];
  return {
    openUntil(now) {
      if (options === false) return undefined;
      // Times that lie ahead were written before the clock was set back.
      times = times.filter((time) => time > now - options.windowMs && time <= now);
      const first = times[times.length - options.limit];
      return first === undefined ? undefined : first + options.windowMs;
    },
    count(now) {
      times.push(now);
    },
    reset() {
      times = [];
    },
  };
}
