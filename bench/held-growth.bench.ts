import { guardAxios } from 'holdfast/axios';
import type { Answer } from './support/answer.js';
import { median } from './support/compare.js';
import { PATH, stubbedAxios } from './support/fixtures.js';
import { holdAndRelease } from './support/held.js';

const COUNTS = [1_000, 10_000, 100_000] as const;
const ROUNDS = 3;
/** Each size makes as many requests a round, so that each meets as much of what else the machine does. */
const REQUESTS_A_ROUND = 100_000;
const STEEPEST = 1.2;

export async function run(): Promise<Answer> {
  const costs = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  await costOf(1_000);
  for (let round = 0; round < ROUNDS; round++) {
    for (const count of COUNTS) {
      const runs: number[] = [];
      for (let made = 0; made < REQUESTS_A_ROUND; made += count) runs.push(await costOf(count));
      costs.get(count)?.push(median(runs));
    }
  }

  const first = costs.get(COUNTS[0]) ?? [];
  return {
    question: 'Does a held request cost more, the more are held?',
    rows: COUNTS.map((count) => {
      const own = costs.get(count) ?? [];
      const ratio = median(own.map((cost, round) => cost / (first[round] ?? NaN)));
      const verdict = count === COUNTS[0] ? {} : { ratio, budget: STEEPEST, ok: ratio <= STEEPEST };
      return { name: `each of ${count}`, value: median(own), unit: 'µs', ...verdict };
    }),
  };
}

/** One request, from the call over the hold to the reply, in µs. */
async function costOf(count: number): Promise<number> {
  const { holdMs, releaseMs } = await holdAndRelease(count, 'clock', (session) => {
    const client = stubbedAxios();
    guardAxios(client, session);
    return () => client.get(PATH);
  });
  return ((holdMs + releaseMs) * 1000) / count;
}
