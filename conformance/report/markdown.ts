import type { Verdict } from '../runner/verdict.js';
import type { CaseResult, Results, SubjectResult } from './results.js';

const MARKS = { pass: '✓', fail: '**✗**', 'n/a': '·' } as const;

/** RESULTS.md: who was tried, the matrix, then each failure in a sentence. */
export function markdownOf({ subjects, cases }: Results): string {
  const groups = [...new Set(cases.map(({ group }) => group))];
  const who = subjects.map(
    ({ name, package: from, version, passed, failed, notApplicable, tabs, about }, index) => [
      String(index + 1),
      `\`${name}\``,
      from === null ? 'written by hand' : `${from} ${version}`,
      `${passed} of ${passed + failed}`,
      String(notApplicable),
      tabs ? MARKS[tabs.verdict] : MARKS['n/a'],
      about,
    ],
  );
  const matrix = groups.flatMap((group) => [
    [`**${group}**`, ...subjects.map(() => '')],
    ...cases
      .filter((each) => each.group === group)
      .map((each) => [`\`${each.name}\``, ...subjects.map(({ name }) => markOf(each, name))]),
  ]);
  return [
    '# Results',
    'Written by `npm run conformance`; [CASES.md](CASES.md) says what each case is, and [README.md](README.md) how they are run.',
    table(['', 'subject', 'package', 'passed', 'not applicable', 'across tabs', 'set up'], who),
    '✓ passed · ✗ failed · · not applicable: the library does not offer what the case is about, which counts for nothing. _Across tabs_: five tabs in Chromium have the same dead token and need one refresh; `npm run conformance -- --tabs` plays that.',
    table(['', ...subjects.map((_, index) => String(index + 1))], matrix),
    '## What was seen',
    ...subjects.flatMap((each) => (each.failed === 0 ? [] : [`### ${each.name}`, failuresOf(cases, each)])),
    '## What was not applicable',
    ...subjects.map(({ name }) => `**${name}** ${lacksOf(cases, name)}`),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function markOf({ verdicts }: CaseResult, subject: string): string {
  const verdict = verdicts[subject];
  return verdict ? MARKS[verdict.verdict] : '';
}

function failuresOf(cases: readonly CaseResult[], subject: SubjectResult): string {
  return cases
    .flatMap(({ name, verdicts }) => {
      const verdict = verdicts[subject.name];
      return verdict?.verdict === 'fail'
        ? [`- \`${name}\` ${verdict.seen}.${documentedOf(subject, name)}`]
        : [];
    })
    .join('\n');
}

function documentedOf({ documented, version }: SubjectResult, name: string): string {
  const words = documented[name];
  return words === undefined ? '' : ` As its documentation (${version}) says: “${words}”`;
}

/** For want of what, and which cases that leaves out. */
function lacksOf(cases: readonly CaseResult[], subject: string): string {
  const left = new Map<string, string[]>();
  for (const { name, verdicts } of cases) {
    const verdict: Verdict | undefined = verdicts[subject];
    if (verdict?.verdict === 'n/a')
      left.set(verdict.lacks, [...(left.get(verdict.lacks) ?? []), `\`${name}\``]);
  }
  const lines = [...left].map(([lacks, names]) => `${lacks}: ${names.join(', ')}`);
  return lines.length === 0 ? 'can express every case.' : `does not offer ${lines.join('; ')}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
