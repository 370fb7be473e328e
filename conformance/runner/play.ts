import type { ConformanceCase } from '../case.js';
import type { Subject } from '../contract.js';
import { lackOf } from './catalogue.js';
import { openLane } from './lane.js';
import type { Verdict } from './verdict.js';

export type Plan = {
  /** The folder that the bundled runner, cases and subjects are in. */
  readonly modules: string;
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly cases: ReadonlyMap<string, ConformanceCase>;
  readonly repeats: number;
  /** Pairs that run at a time. */
  readonly jobs: number;
  readonly onVerdict: (subject: string, name: string, verdict: Verdict) => void;
};

/** By subject, then by case. */
export type Verdicts = Map<string, Map<string, Verdict>>;

/** One round may wait this long, on a busy machine too: most of it is the patience of callers that hang. */
const LIMIT_MS = 90_000;
const LIMIT_OF_A_REPEAT_MS = 2_000;

/** Plays every case with every subject. */
export async function play({ modules, subjects, cases, repeats, jobs, onVerdict }: Plan): Promise<Verdicts> {
  const verdicts: Verdicts = new Map([...subjects.keys()].map((subject) => [subject, new Map()]));
  const waiting = [...subjects].flatMap(([subject, { features }]) =>
    [...cases].map(([name, each]) => ({ subject, name, each, features })),
  );

  function note(subject: string, name: string, verdict: Verdict): void {
    verdicts.get(subject)?.set(name, verdict);
    onVerdict(subject, name, verdict);
  }

  async function work(): Promise<void> {
    const lane = await openLane(modules);
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { subject, name, each, features } = next;
      const lacks = lackOf(each, features);
      const { ms: ownLimitMs } = each.limits ?? {};
      const limitMs = (ownLimitMs ?? LIMIT_MS) + (repeats - 1) * (ownLimitMs ?? LIMIT_OF_A_REPEAT_MS);
      const verdict: Verdict =
        lacks === undefined
          ? await lane.play({ subject, name, repeats, limitMs })
          : { verdict: 'n/a', lacks };
      note(subject, name, verdict);
    }
    lane.close();
  }

  await Promise.all(Array.from({ length: jobs }, work));
  return verdicts;
}
