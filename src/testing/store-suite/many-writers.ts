import { expectThat, fail } from './expect.js';
import { expectRecord, FIRST_GENERATION, later, recordOf, type SuiteRecord } from './records.js';
import type { Peer, SceneCase } from './scene.js';
import { expectWon } from './writes.js';

const WRITERS = 4;
const ROUNDS = 8;
const INCREMENTS = 10;

/** Many writers at once: where a store that checks and then writes is found out. */
export const MANY_WRITERS_CASES: SceneCase[] = [
  {
    name: 'compareAndSet: of several who write at once over the same record, one wins',
    async play({ peers }) {
      const writers = await peers(WRITERS);
      let standing: SuiteRecord | null = null;
      for (let round = 0; round < ROUNDS; round++) {
        // By turns the first record, a claim and a commit.
        const base: SuiteRecord = standing ?? recordOf('first');
        const step: Partial<SuiteRecord> =
          round % 2 ? { fence: base.fence + 1 } : { generation: base.generation + 1 };
        const offers = writers.map((_, index): SuiteRecord => ({
          ...base,
          ...step,
          requestedAt: round * 100 + index,
        }));
        const expected: SuiteRecord | null = standing;
        const wins: boolean[] = await Promise.all(
          writers.map((peer, index) => peer.swap(expected, offers[index] as SuiteRecord)),
        );
        const winners: SuiteRecord[] = offers.filter((_, index) => wins[index]);
        expectThat(winners.length === 1, `one winner among ${WRITERS}`, `${winners.length}`);
        for (const peer of writers)
          expectRecord('what the winner wrote', winners[0] ?? null, await peer.read());
        standing = winners[0] ?? null;
      }
    },
  },
  {
    name: 'compareAndSet: under contention no write is lost',
    async play({ peers }) {
      const writers = await peers(WRITERS);
      const [first] = writers as [Peer];
      const start = recordOf('count', { tokens: { count: 0 } });
      await expectWon(first, 'the first record', null, start);
      const won = (await Promise.all(writers.map(count))).flat();
      const total = WRITERS * INCREMENTS;
      const different = new Set(won).size;
      expectThat(different === total, `${total} generations won, each once`, `${different} different ones`);
      expectRecord(
        'every write counted',
        later(start, total, { tokens: { count: total } }),
        await first.read(),
      );
    },
  },
];

/** Adds one, as often as it is to, trying again whenever somebody else was first. Returns the generations it won. */
async function count(peer: Peer): Promise<number[]> {
  const won: number[] = [];
  // A try is lost only where another writer won, so a store that works needs no more tries than there are increments.
  for (let tries = 0; tries <= WRITERS * INCREMENTS; tries++) {
    const standing = await peer.read();
    if (standing === null) return fail('the record under contention', 'null');
    const tokens = { count: standing.generation - FIRST_GENERATION + 1 };
    const next = later(standing, 1, { tokens });
    if (await peer.swap(standing, next)) won.push(next.generation);
    if (won.length === INCREMENTS) return won;
  }
  return fail(`a writer to win ${INCREMENTS} times`, `${won.length} in ${WRITERS * INCREMENTS} tries`);
}
