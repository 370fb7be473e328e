/** Every caller has to be free by then, on a machine that has nothing else to do. */
const PATIENCE_MS = 3_000;
const ROUND_MS = 50;
const ROUNDS = PATIENCE_MS / ROUND_MS;

/**
 * Patience is counted in rounds: a moment, and a round trip to the server of the case. Where the machine is busy they
 * take longer, and so does everything that is waited for: a verdict must not say of a library that it hangs because
 * somebody else was compiling.
 */
let roundTrip: () => Promise<unknown> = async () => {};

const waiting = new Set<{ left: number; readonly lose: () => void }>();
let isCounting = false;

export function countPatienceBy(trip: () => Promise<unknown>): void {
  roundTrip = trip;
}

/** What a promise resolves to, or undefined when it did not within the patience. */
export async function inTime<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  const patience = startPatience();
  return await Promise.race([promise, patience.lost]).finally(patience.end);
}

/** `lost` resolves when it is at its end. */
export function startPatience(): { readonly lost: Promise<undefined>; readonly end: () => void } {
  let lose = (): void => {};
  const lost = new Promise<undefined>((resolve) => (lose = () => resolve(undefined)));
  const waiter = { left: ROUNDS, lose };
  waiting.add(waiter);
  if (!isCounting) void count();
  return { lost, end: () => void waiting.delete(waiter) };
}

/** One count for everybody who waits: a thousand callers at once make no thousand round trips. */
async function count(): Promise<void> {
  isCounting = true;
  while (waiting.size > 0) {
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    await roundTrip();
    for (const waiter of waiting) {
      waiter.left -= 1;
      if (waiter.left > 0) continue;
      waiting.delete(waiter);
      waiter.lose();
    }
  }
  isCounting = false;
}
