import type { Outcome } from './outcome.js';

/** What a page counts that lives. */
export type Tally = {
  /** Requests that got their answer. */
  served: number;
  /** Requests that were told that nobody is signed in. */
  ended: number;
  /** How requests failed in any other way. */
  readonly failures: string[];
  /** Requests that are not settled. */
  open: number;
  /** Those of them that have waited longer than a deadline, a lease and a store that is down take together. */
  hung: number;
};

const HUNG_MS = 15_000;
/** Whoever waits for three answers does not ask for a fourth: a slow machine is not to be buried. */
const MOST_AT_ONCE = 3;

export type Life = {
  /** Sends a request at every interval, as a page that somebody uses. */
  live(everyMs: number): void;
  rest(): void;
  /** What came of all that was sent so far. */
  tally(): Tally;
};

export function createLife(send: () => Promise<Outcome>): Life {
  const counted = { served: 0, ended: 0, failures: [] as string[] };
  const begun = new Map<number, number>();
  let count = 0;
  let beat: ReturnType<typeof setInterval> | undefined;

  async function sendOne(): Promise<void> {
    const id = ++count;
    begun.set(id, Date.now());
    const { status, error } = await send();
    begun.delete(id);
    // Whoever is signed out sends without tokens, and is told so.
    if (status === 200) counted.served += 1;
    else if (status === 401 || error?.startsWith('session-ended')) counted.ended += 1;
    else counted.failures.push(error ?? String(status));
  }

  return {
    live(everyMs) {
      beat = setInterval(() => {
        if (begun.size < MOST_AT_ONCE) void sendOne();
      }, everyMs);
    },
    rest() {
      clearInterval(beat);
    },
    tally() {
      const now = Date.now();
      const hung = [...begun.values()].filter((at) => now - at > HUNG_MS).length;
      return { ...counted, open: begun.size, hung };
    },
  };
}
