/** One call of what is measured. */
type Call = () => unknown;

export type Comparison = {
  /** What one call of the subject takes. */
  readonly subjectUs: number;
  readonly baselineUs: number;
  /** How much longer the subject takes: the median of the differences of all pairs. */
  readonly differenceUs: number;
  /** Subject ÷ baseline: the median over all pairs. */
  readonly ratio: number;
};

/** Long enough for the clock, short enough that both batches of a pair meet the same neighbours. */
const BATCH_MS = 4;
const WARM_UP_MS = 400;
const FEWEST_PAIRS = 100;
const MOST_PAIRS = 1_500;
/** It goes on until the middle of the ratios is known this well, with 95 % confidence. */
const WANTED_PRECISION = 0.005;

/**
 * Runs two calls in short batches, side by side and in turns, and compares each batch with its neighbour. A machine that
 * is busy for a while slows both alike; a pause within one batch spoils one pair, and the median does not notice.
 */
export async function compare(subject: Call, baseline: Call): Promise<Comparison> {
  const size = Math.min(await batchSize(subject), await batchSize(baseline));
  const pairs: { subject: number; baseline: number }[] = [];
  do {
    const subjectFirst = pairs.length % 2 === 0;
    const one = await timeOf(subjectFirst ? subject : baseline, size);
    const other = await timeOf(subjectFirst ? baseline : subject, size);
    pairs.push(subjectFirst ? { subject: one, baseline: other } : { subject: other, baseline: one });
  } while (pairs.length < FEWEST_PAIRS || (pairs.length < MOST_PAIRS && !isSettled(pairs.map(ratioOf))));
  const us = (batchMs: number): number => (batchMs * 1000) / size;
  return {
    subjectUs: us(median(pairs.map((pair) => pair.subject))),
    baselineUs: us(median(pairs.map((pair) => pair.baseline))),
    differenceUs: us(median(pairs.map((pair) => pair.subject - pair.baseline))),
    ratio: median(pairs.map(ratioOf)),
  };
}

function ratioOf(pair: { subject: number; baseline: number }): number {
  return pair.subject / pair.baseline;
}

/** Also the warm-up: the compiler has seen the call often enough afterwards. */
async function batchSize(call: Call): Promise<number> {
  let calls = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < WARM_UP_MS) {
    await timeOf(call, 100);
    calls += 100;
  }
  return Math.max(1, Math.round((calls * BATCH_MS) / (performance.now() - startedAt)));
}

async function timeOf(call: Call, times: number): Promise<number> {
  const startedAt = performance.now();
  for (let done = 0; done < times; done++) await call();
  return performance.now() - startedAt;
}

/** The interval that holds the true median in 95 of 100 runs lies between two of the sorted values. */
function isSettled(ratios: readonly number[]): boolean {
  const sorted = [...ratios].sort((a, b) => a - b);
  const reach = 0.98 * Math.sqrt(sorted.length);
  const from = sorted[Math.floor(sorted.length / 2 - reach)] ?? 0;
  const to = sorted[Math.ceil(sorted.length / 2 + reach)] ?? Infinity;
  return to - from <= 2 * WANTED_PRECISION;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}
