/**
 * `npm run conformance`: plays every case with every subject and writes the table.
 *
 *   --subject axios-jwt,ky       only these; the path of a file is a subject that lies elsewhere
 *   --case late-rejection,hangs  only these
 *   --repeat 100                 each pair so often, up to the first failure
 *   --jobs 4                     pairs that run at a time
 *   --twice                      everything a second time: where the two runs differ, nothing is written
 *   --json                       end with one line of JSON
 *   --out results.json           write that to a file, whatever was played
 *
 * A run of everything writes RESULTS.md, results.json and results.svg; a part of it writes nothing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ConformanceCase } from './case.js';
import type { Subject } from './contract.js';
import { loadCase, loadSubject, namesIn, readCaseList, strayNames } from './runner/catalogue.js';
import { play } from './runner/play.js';
import { createProgress } from './runner/progress.js';
import { markdownOf } from './report/markdown.js';
import { resultsOf, type Results } from './report/results.js';
import { drawingOf } from './report/drawing.js';

export type Folders = {
  /** `conformance/`, where the results are written. */
  readonly sources: string;
  /** Where all of it was bundled to. */
  readonly modules: string;
  /** The names of the subjects that are given by the path of a file. */
  readonly files: ReadonlyMap<string, string>;
};

/** Resolves to the exit code: 1 when a subject of Holdfast's failed a case, or the suite is not whole. */
export async function main(argv: readonly string[], { sources, modules, files }: Folders): Promise<number> {
  const { values: options } = parseArgs({
    args: [...argv],
    options: {
      subject: { type: 'string' },
      case: { type: 'string' },
      repeat: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '4' },
      twice: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const strays = await strayNames(sources);
  for (const stray of strays) console.error(stray);

  const list = await readCaseList(sources);
  const written = await namesIn(join(sources, 'cases'), '.ts');
  const caseNames = list.map(({ name }) => name).filter((name) => written.includes(name));
  const cases = await load(chosen(options.case, caseNames), (name) => loadCase(modules, name));
  const subjectNames = await namesIn(join(sources, 'subjects'), '.ts');
  const subjects = await load(chosen(options.subject, subjectNames, files), (name) =>
    loadSubject(modules, name),
  );

  async function playAll(): Promise<Results> {
    const progress = createProgress(subjects.size * cases.size);
    const verdicts = await play({
      modules,
      subjects,
      cases,
      repeats: Number(options.repeat),
      jobs: Number(options.jobs),
      onVerdict: progress.step,
    });
    progress.end();
    return await resultsOf({ list, cases, subjects, verdicts, sources });
  }

  const results = await playAll();
  const differences = options.twice ? differencesOf(results, await playAll()) : [];
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) return 1;
  if (options.subject === undefined && options.case === undefined && options.repeat === '1') {
    await writeFile(join(sources, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    await writeFile(join(sources, 'RESULTS.md'), markdownOf(results));
    await writeFile(join(sources, 'results.svg'), drawingOf(results));
  }
  if (options.out !== undefined) await writeFile(options.out, JSON.stringify(results));
  if (options.json) console.log(JSON.stringify(results));
  const isOursRight = results.subjects.every(
    ({ name, failed }) => !name.startsWith('holdfast') || (failed === 0 && leavesNothing(name, results)),
  );
  return isOursRight && strays.length === 0 ? 0 : 1;
}

/** The cells in which two runs do not say the same. */
function differencesOf(one: Results, other: Results): string[] {
  return one.cases.flatMap(({ name, verdicts }, index) =>
    Object.entries(verdicts).flatMap(([subject, verdict]) => {
      const [first, second] = [verdict, other.cases[index]?.verdicts[subject]].map((each) =>
        JSON.stringify(each),
      );
      return first === second ? [] : [`${subject} ${name}: ${first} and then ${second}`];
    }),
  );
}

/** Of the others one case asks for that. */
function leavesNothing(subject: string, { cases }: Results): boolean {
  return cases.every(({ verdicts }) => {
    const verdict = verdicts[subject];
    return verdict?.verdict !== 'pass' || verdict.beside === undefined;
  });
}

/** @throws for a name that does not exist: a run of nothing would look like success */
function chosen(
  wanted: string | undefined,
  all: readonly string[],
  files: ReadonlyMap<string, string> = new Map(),
): string[] {
  const names = wanted?.split(',') ?? [...all];
  const unknown = names.filter((name) => !all.includes(name) && !files.has(name));
  if (unknown.length > 0)
    throw new TypeError(`expected names among ${all.join(', ')}, got ${unknown.join(', ')}`);
  return names.map((name) => files.get(name) ?? name);
}

async function load<Module extends Subject | ConformanceCase>(
  names: readonly string[],
  loadOne: (name: string) => Promise<Module>,
): Promise<Map<string, Module>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await loadOne(name)] as const)));
}
