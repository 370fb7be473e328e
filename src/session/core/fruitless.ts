/** How many refreshes may be in vain in a sliding window of time. */
export type FruitlessOptions = { readonly limit: number; readonly windowMs: number };

/**
 * Counts the refreshes that did not help, so that tokens which never satisfy a server cannot make a loop of them. Each is
 * put down to whoever asked for it: an endpoint that rejects whatever it gets uses up its own refreshes and nobody else's.
 * Only where several endpoints reject new tokens, and nothing takes them, is it the tokens, and everybody has to wait.
 *
 * A refresh that failed is not counted: it says something of the network or the server, and nothing of the tokens.
 */
export type Fruitless = {
  /** When the next refresh for `asker` may begin, in milliseconds since 1970; undefined when it may now. */
  openUntil(asker: string, now: number): number | undefined;
  /** A refresh made the tokens of this generation. */
  made(generation: number): void;
  /** `asker` rejected the tokens of this generation too, which were to help it. Those made elsewhere are not counted here. */
  rejected(asker: string, generation: number, now: number): void;
  /** A refresh was made for `asker`, of whom nobody hears whether it helped: it counts until something takes the tokens. */
  unproven(asker: string, now: number): void;
  /** `asker` took the current tokens. */
  accepted(asker: string, now: number): void;
  /** Whether it was not told yet that `asker` has to wait until then. */
  isNews(asker: string, until: number): boolean;
  /** Whether anything is counted: only then is it worth telling what was accepted. */
  readonly counting: boolean;
  reset(): void;
};

/** Asks through `session.refresh()`. */
export const FORCED = 'forced';
/** Asks through `session.tokens({ rejected })`: a socket, of whom nobody hears whether it takes what it gets. */
export const REFUSED = 'refused';
/** Asks since the clock says that the tokens expired. */
export const BY_CLOCK = 'by clock';
/** An endpoint whose request is not sent again, so that nobody sees whether the refresh helped. */
export const onceFor = (endpoint: string): string => `once ${endpoint}`;

/** So many endpoints are told apart: addresses that never come twice must not fill the memory. */
const MOST_ASKERS = 200;

type Count = { times: number[]; generation: number; toldUntil?: number };

export function createFruitless(options: FruitlessOptions | false): Fruitless {
  const counts = new Map<string, Count>();
  /**
   * Endpoints that rejected new tokens since anything last took some. Each stands for one endpoint and for one refresh:
   * five forbidden parts of one page are no evidence against the tokens, and neither is one endpoint five times.
   */
  let rejecting: { readonly asker: string; readonly generation: number; readonly at: number }[] = [];
  let newest = -1;

  /** The count of `asker`, as the one that was used last. */
  function countOf(asker: string): Count {
    const count = counts.get(asker) ?? { times: [], generation: -1 };
    counts.delete(asker);
    counts.set(asker, count);
    for (const oldest of counts.keys()) {
      if (counts.size <= MOST_ASKERS) break;
      counts.delete(oldest);
    }
    return count;
  }

  function add(count: Count, now: number, { limit }: FruitlessOptions): void {
    count.times.push(now);
    if (count.times.length > limit) count.times.shift();
  }

  return {
    openUntil(asker, now) {
      if (!options) return undefined;
      const { limit, windowMs } = options;
      const until = (times: readonly number[], most: number): number => {
        // Times that lie ahead were written before the clock was set back.
        const recent = times.filter((time) => time > now - windowMs && time <= now);
        return (recent[recent.length - most] ?? -Infinity) + windowMs;
      };
      const own = until(counts.get(asker)?.times ?? [], limit);
      // One endpoint alone never speaks for the others. What the clock says is nobody's rejection.
      const times = asker === BY_CLOCK ? [] : rejecting.map(({ at }) => at);
      const openUntil = Math.max(own, until(times, Math.max(limit, 2)));
      return openUntil > now ? openUntil : undefined;
    },
    made(generation) {
      newest = generation;
    },
    rejected(asker, generation, now) {
      if (!options || generation !== newest) return;
      const count = countOf(asker);
      // Fifty requests that are replayed after one refresh and rejected again are one failure of that refresh.
      if (generation === count.generation) return;
      count.generation = generation;
      add(count, now, options);
      if (rejecting.some((it) => it.asker === asker || it.generation === generation)) return;
      rejecting = [...rejecting, { asker, generation, at: now }].slice(-Math.max(options.limit, 2));
    },
    unproven(asker, now) {
      if (options) add(countOf(asker), now, options);
    },
    accepted(asker, now) {
      rejecting = [];
      counts.delete(onceFor(asker));
      counts.delete(FORCED);
      const { windowMs } = options as FruitlessOptions;
      for (const [it, { times }] of counts) {
        if ((times[times.length - 1] ?? -Infinity) <= now - windowMs) counts.delete(it);
      }
    },
    isNews(asker, until) {
      const count = countOf(asker);
      const isNews = count.toldUntil !== until;
      count.toldUntil = until;
      return isNews;
    },
    get counting() {
      return counts.size > 0;
    },
    reset() {
      counts.clear();
      rejecting = [];
    },
  };
}
