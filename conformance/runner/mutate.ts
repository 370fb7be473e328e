import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Edit, Mutant } from '../mutants/mutant.js';
import type { Verdict } from './verdict.js';

/** Plants the fault in a copy of `src/`. @throws when the source has moved on, and the patch no longer fits */
export async function plant(mutant: Mutant, copy: string): Promise<void> {
  for (const { file, find, replace } of editsOf(mutant)) {
    const path = join(copy, file);
    const text = await readFile(path, 'utf8');
    const times = text.split(find).length - 1;
    if (times !== 1) {
      throw new TypeError(
        `"${mutant.does}": expected its place once in src/${file}, found it ${times} times`,
      );
    }
    await writeFile(
      path,
      text.replace(find, () => replace),
    );
  }
}

export type Trial = { readonly mutant: Mutant; readonly verdicts: ReadonlyMap<string, Verdict> };

/** The cases that were to notice a fault and did not. */
export function overlooked({ mutant, verdicts }: Trial): string[] {
  return mutant.noticedBy.filter((name) => verdicts.get(name)?.verdict !== 'fail');
}

/** The cases that no fault makes fail: whether they can fail at all is not known. */
export function untested(names: readonly string[], trials: readonly Trial[]): string[] {
  const tested = new Set(trials.flatMap(({ mutant }) => mutant.noticedBy));
  return names.filter((name) => !tested.has(name));
}

/** MUTANTS.md: what each fault does, and how the cases saw it. */
export function mutantsMarkdown(trials: readonly Trial[]): string {
  return [
    '# Planted faults',
    'Written by `npm run conformance -- --mutants`, which breaks a copy of Holdfast, or its set-up, in each of these ways, one at a time. Every case has to notice at least one of them.',
    ...trials.map(({ mutant, verdicts }) => {
      const seen = mutant.noticedBy.map((name) => {
        const verdict = verdicts.get(name);
        return `- \`${name}\` ${verdict?.verdict === 'fail' ? `${verdict.seen}.` : '**overlooks it**'}`;
      });
      return [`## It ${mutant.does}`, whereIs(mutant), seen.join('\n')].join('\n\n');
    }),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function whereIs(mutant: Mutant): string {
  if ('spoiled' in mutant) return `the set-up \`${mutant.spoiled}\``;
  return [...new Set(mutant.edits.map(({ file }) => `\`src/${file}\``))].join(', ');
}

function editsOf(mutant: Mutant): readonly Edit[] {
  return 'edits' in mutant ? mutant.edits : [];
}
