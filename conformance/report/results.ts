import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConformanceCase } from '../case.js';
import type { Subject } from '../contract.js';
import type { ListedCase } from '../runner/catalogue.js';
import type { Verdicts } from '../runner/play.js';
import type { Verdict } from '../runner/verdict.js';

/** Everything that is reported, in an order that does not depend on the run: two runs can be compared. */
export type Results = {
  readonly subjects: readonly SubjectResult[];
  readonly cases: readonly CaseResult[];
};

export type SubjectResult = {
  readonly name: string;
  readonly package: string | null;
  readonly version: string | null;
  readonly about: string;
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
  /** By name of a case: what its own documentation says of it. */
  readonly documented: Readonly<Record<string, string>>;
  /** Whether one refresh serves several tabs; null where it shares no session between them. */
  readonly tabs: Verdict | null;
};

export type CaseResult = {
  readonly name: string;
  readonly group: string;
  readonly about: string;
  /** By subject. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
};

export async function resultsOf(played: {
  readonly list: readonly ListedCase[];
  readonly cases: ReadonlyMap<string, ConformanceCase>;
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly verdicts: Verdicts;
  readonly sources: string;
}): Promise<Results> {
  const { list, cases, subjects, verdicts, sources } = played;
  const tabs = JSON.parse(await readFile(join(sources, 'tabs.json'), 'utf8')) as Record<string, Verdict>;
  // Ours first, the others by name.
  const names = [...subjects.keys()].sort(
    (a, b) => Number(b.startsWith('holdfast')) - Number(a.startsWith('holdfast')) || (a < b ? -1 : 1),
  );
  return {
    subjects: await Promise.all(
      names.map(async (name): Promise<SubjectResult> => {
        const { about = '', package: packageName = null, documented = {} } = subjects.get(name) ?? {};
        const all = [...(verdicts.get(name)?.values() ?? [])];
        const count = (wanted: Verdict['verdict']): number =>
          all.filter(({ verdict }) => verdict === wanted).length;
        return {
          name,
          package: packageName,
          version: packageName && (await versionOf(sources, packageName)),
          about,
          passed: count('pass'),
          failed: count('fail'),
          notApplicable: count('n/a'),
          documented,
          tabs: tabs[name] ?? null,
        };
      }),
    ),
    cases: list
      .filter(({ name }) => cases.has(name))
      .map(({ name, group, about }) => ({
        name,
        group,
        about,
        verdicts: Object.fromEntries(
          names.flatMap((subject) => {
            const verdict = verdicts.get(subject)?.get(name);
            return verdict ? [[subject, verdict] as const] : [];
          }),
        ),
      })),
  };
}

async function versionOf(sources: string, name: string): Promise<string> {
  const pinned = JSON.parse(await readFile(join(sources, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const own = JSON.parse(await readFile(join(sources, '../package.json'), 'utf8')) as { version: string };
  return name === 'holdfast' ? own.version : (pinned.devDependencies[name] ?? 'unknown');
}
