import { guardAxios } from 'holdfast/axios';
import type { Answer } from './support/answer.js';
import { median } from './support/compare.js';
import { LIVE, PATH, stubbedAxios } from './support/fixtures.js';
import { collectGarbage, holdAndRelease, timeAtOnce } from './support/held.js';

const COUNTS = [1_000, 10_000, 100_000];
const ROUNDS = 3;
/** Each size makes as many requests a round, so that each meets as much of what else the machine does. */
const REQUESTS_A_ROUND = 100_000;
const MIDDLE = 10_000;
/** Within ±20 % of what one of the middle size costs. */
const FARTHEST = 0.2;
const FLAT = 1.2;

type Costs = { readonly count: number; readonly held: number[]; readonly bare: number[] };

/**
 * A hundred thousand requests at once cost the garbage collector more a piece, held or not. So the plain cost is told,
 * and beside it each size is set against the same requests that nobody holds: both have to stay flat.
 */
export async function run(): Promise<Answer> {
  const sizes = COUNTS.map((count): Costs => ({ count, held: [], bare: [] }));
  await heldCost(1_000);
  await bareCost(1_000);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { count, held, bare } of sizes) {
      bare.push(await costOf(count, bareCost));
      held.push(await costOf(count, heldCost));
    }
  }

  const rows = sizes.map(({ count, held, bare }) => ({
    name: `each of ${count}, ÷ the same not held`,
    value: median(held),
    unit: 'µs',
    ratio: median(held.map((cost, round) => cost / (bare[round] ?? NaN))),
  }));
  const ratios = rows.map(({ ratio }) => ratio);
  const spread = Math.max(...ratios) / Math.min(...ratios);
  const middle = rows.find(({ name }) => name.includes(` ${MIDDLE},`))?.value ?? NaN;
  const farthest = Math.max(...rows.map(({ value }) => Math.abs(value / middle - 1)));
  return {
    question: 'Does a held request cost more, the more are held?',
    rows: [
      ...rows,
      {
        name: `cost of a held request, farthest from that of ${MIDDLE}`,
        value: farthest,
        unit: '',
        budget: FARTHEST,
        ok: farthest <= FARTHEST,
      },
      {
        name: 'the same ÷ not held: steepest ÷ flattest',
        value: spread,
        unit: '',
        budget: FLAT,
        ok: spread <= FLAT,
      },
    ],
  };
}

async function costOf(count: number, cost: (count: number) => Promise<number>): Promise<number> {
  collectGarbage();
  const runs: number[] = [];
  for (let made = 0; made < REQUESTS_A_ROUND; made += count) runs.push(await cost(count));
  return median(runs);
}

/** From the call, over the hold, to the reply. */
function heldCost(count: number): Promise<number> {
  const client = stubbedAxios();
  return processorUs(count, () =>
    holdAndRelease(count, 'clock', (session) => {
      guardAxios(client, session);
      return () => client.get(PATH);
    }),
  );
}

function bareCost(count: number): Promise<number> {
  const client = stubbedAxios();
  const options = { headers: { Authorization: `Bearer ${LIVE}` } };
  return processorUs(count, () => timeAtOnce(count, () => client.get(PATH, options)));
}

/** What each of `count` took of the processor: a run this long meets too many others for its wall time to be fair. */
async function processorUs(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
