import { guardAxios } from 'holdfast/axios';
import type { Answer, Row } from './support/answer.js';
import { median } from './support/compare.js';
import { LIVE, PATH, stubbedAxios } from './support/fixtures.js';
import { collectGarbage, holdAndRelease, timeAtOnce } from './support/held.js';

const COUNTS = [1_000, 10_000, 100_000] as const;
const ROUNDS = 3;
/** Each size makes as many requests a round, so that each meets as much of what else the machine does. */
const REQUESTS_A_ROUND = 100_000;
const STEEPEST = 1.2;

/** What one of `count` requests costs, in µs of the processor. */
type Cost = (count: number) => Promise<number>;

export async function run(): Promise<Answer> {
  const [held, bare] = await growthOf(heldCost, bareCost);
  return {
    question: 'Does a held request cost more, the more are held?',
    rows: [
      ...held.map(({ name, ratio, ...row }) => ({
        name: `held: each of ${name}`,
        ...row,
        ...(ratio !== undefined && { ratio, budget: STEEPEST, ok: ratio <= STEEPEST }),
      })),
      ...bare.map(({ name, ...row }) => ({ name: `to compare, not held: each of ${name}`, ...row })),
    ],
  };
}

/** All sizes in turns. The ratio is that to the smallest size in the same round. */
async function growthOf(...costs: [Cost, Cost]): Promise<[Row[], Row[]]> {
  const found = costs.map(() => COUNTS.map((): number[] => []));
  for (const cost of costs) await cost(COUNTS[0]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [place, count] of COUNTS.entries()) {
      for (const [which, cost] of costs.entries()) {
        collectGarbage();
        const runs: number[] = [];
        for (let made = 0; made < REQUESTS_A_ROUND; made += count) runs.push(await cost(count));
        found[which]?.[place]?.push(median(runs));
      }
    }
  }
  const rows = found.map((sizes) =>
    sizes.map((own, place) => {
      const ratio = median(own.map((cost, round) => cost / (sizes[0]?.[round] ?? NaN)));
      return { name: `${COUNTS[place]}`, value: median(own), unit: 'µs', ...(place > 0 && { ratio }) };
    }),
  );
  return [rows[0] ?? [], rows[1] ?? []];
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

/** The same requests, made at once on an instance without a session: what axios and the garbage collector cost. */
function bareCost(count: number): Promise<number> {
  const client = stubbedAxios();
  const options = { headers: { Authorization: `Bearer ${LIVE}` } };
  return processorUs(count, () => timeAtOnce(count, () => client.get(PATH, options)));
}

/** What each of `count` took of the processor: runs this long cannot hide from what else the machine does. */
async function processorUs(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
