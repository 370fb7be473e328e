import { guardAxios } from 'holdfast/axios';
import type { Answer, Row } from './support/answer.js';
import { median } from './support/compare.js';
import { LIVE, PATH, stubbedAxios } from './support/fixtures.js';
import { collectGarbage, holdAndRelease, timeAtOnce, type KnownBy } from './support/held.js';

const COUNT = 10_000;
const ROUNDS = 15;
const SLOWEST = 1.15;

export async function run(): Promise<Answer> {
  return {
    question: `What do ${COUNT} axios requests cost that one refresh holds?`,
    rows: [...(await measure('clock', COUNT)), ...(await measure('server', 2 * COUNT))],
  };
}

/** In turns: requests that are held and let go, and the same requests through an instance without a session. */
async function measure(knownBy: KnownBy, mostSends: number): Promise<Row[]> {
  const sends: number[] = [];
  const refreshes: number[] = [];
  const releases: number[] = [];
  const ratios: number[] = [];
  const bare = stubbedAxios();
  const options = { headers: { Authorization: `Bearer ${LIVE}` } };

  for (let round = 0; round < ROUNDS; round++) {
    let sent = 0;
    const client = stubbedAxios(() => void sent++);
    collectGarbage();
    const bareMs = await timeAtOnce(COUNT, () => bare.get(PATH, options));
    collectGarbage();
    const held = await holdAndRelease(COUNT, knownBy, (session) => {
      guardAxios(client, session);
      return () => client.get(PATH);
    });
    sends.push(sent);
    refreshes.push(held.refreshes);
    releases.push(held.releaseMs);
    ratios.push(held.releaseMs / bareMs);
  }

  const isExact = knownBy === 'clock' ? sends.every((count) => count === COUNT) : true;
  const mostSent = Math.max(...sends);
  const ratio = median(ratios);
  const name = (what: string): string => `${what}, when the ${knownBy} knows`;
  return [
    {
      name: name('refreshes'),
      value: Math.max(...refreshes),
      unit: '',
      budget: 1,
      ok: refreshes.every((count) => count === 1),
    },
    {
      name: name('sends'),
      value: mostSent,
      unit: '',
      budget: mostSends,
      ok: isExact && mostSent <= mostSends,
    },
    {
      name: name('from the refresh to the last reply'),
      value: median(releases),
      unit: 'ms',
      ratio,
      budget: SLOWEST,
      ok: ratio <= SLOWEST,
    },
  ];
}
