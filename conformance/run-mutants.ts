import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mutants } from './mutants.js';
import type { Mutant } from './mutants/mutant.js';
import { loadCase, loadSubject, readCaseList, SPOILED } from './runner/catalogue.js';
import { mutantsMarkdown, overlooked, plant, untested, type Trial } from './runner/mutate.js';
import { play } from './runner/play.js';

export type MutantSetting = {
  readonly sources: string;
  /** The engine's own. */
  readonly src: string;
  /** Where the broken copy goes. */
  readonly copy: string;
  readonly jobs: number;
  /** Plants only faults whose description contains this. */
  readonly only: string | undefined;
  /** Bundles the suite around the copy and names the folder. */
  bundle(): Promise<string>;
};

/** Resolves to the exit code: 1 when a fault was overlooked, or a case notices none. */
export async function mainMutants({
  sources,
  src,
  copy,
  jobs,
  only = '',
  bundle,
}: MutantSetting): Promise<number> {
  const trials: Trial[] = [];
  for (const mutant of mutants.filter(({ does }) => does.includes(only))) {
    await rm(copy, { recursive: true, force: true });
    await cp(src, copy, { recursive: true });
    await plant(mutant, copy);
    const trial = await tryOut(mutant, await bundle(), jobs);
    trials.push(trial);
    const missed = overlooked(trial);
    console.log(
      `${missed.length === 0 ? 'noticed   ' : 'OVERLOOKED'} It ${mutant.does}: ${mutant.noticedBy.join(', ')}`,
    );
    for (const name of missed) console.log(`           ${name} overlooks it`);
  }
  await rm(copy, { recursive: true, force: true });
  const names = (await readCaseList(sources)).map(({ name }) => name);
  const bare = only === '' ? untested(names, trials) : [];
  for (const name of bare) console.log(`No planted fault makes ${name} fail.`);
  if (only === '') await writeFile(join(sources, 'MUTANTS.md'), mutantsMarkdown(trials));
  console.log(`${trials.length} faults planted.`);
  return bare.length === 0 && trials.every((trial) => overlooked(trial).length === 0) ? 0 : 1;
}

async function tryOut(mutant: Mutant, modules: string, jobs: number): Promise<Trial> {
  const { noticedBy } = mutant;
  const subject = 'spoiled' in mutant ? `${SPOILED}${mutant.spoiled}` : (mutant.subject ?? 'holdfast-axios');
  const cases = await Promise.all(
    noticedBy.map(async (name) => [name, await loadCase(modules, name)] as const),
  );
  const verdicts = await play({
    modules,
    subjects: new Map([[subject, await loadSubject(modules, subject)]]),
    cases: new Map(cases),
    repeats: 1,
    jobs: Math.min(jobs, cases.length),
    onVerdict: () => {},
  });
  return { mutant, verdicts: verdicts.get(subject) ?? new Map() };
}
