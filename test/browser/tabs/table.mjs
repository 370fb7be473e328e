import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../scripts/run.mjs';
import { table } from '../../../scripts/table.mjs';

/**
 * What became of a case; a text says why it does not apply.
 * @typedef {'pass' | 'FAIL' | { readonly notApplicable: string }} Verdict
 * @typedef {{ readonly version: string, readonly verdicts: Readonly<Record<string, Verdict>> }} Report
 */

const FOLDER = join(root, '.cache', 'tabs');

/** So that what an earlier run wrote is not taken for this one's. */
export function forgetTabs() {
  return rm(FOLDER, { recursive: true, force: true });
}

/**
 * Keeps what came of the cases in one engine, until all have run.
 * @param {string} name
 * @param {Report} report
 */
export async function keepTabs(name, report) {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.json`), JSON.stringify(report));
}

/**
 * What came of each case in each engine; what does not apply in one has its reason below.
 * @param {string[]} names of the engines that ran
 */
export async function tabsTable(names) {
  const reports = await Promise.all(names.map(reportOf));
  const cases = [...new Set(reports.flatMap(({ verdicts }) => Object.keys(verdicts)))];
  /** @type {string[]} */
  const reasons = [];

  /** @param {Verdict} [verdict] */
  function cell(verdict = 'FAIL') {
    if (typeof verdict === 'string') return verdict;
    const { notApplicable } = verdict;
    if (!reasons.includes(notApplicable)) reasons.push(notApplicable);
    return `n/a (${reasons.indexOf(notApplicable) + 1})`;
  }

  const rows = cases.map((name) => [name, ...reports.map(({ verdicts }) => cell(verdicts[name]))]);
  const notes = reasons.map((reason, index) => `(${index + 1}) ${reason}`);
  return [table(['case', ...reports.map(({ version }) => version)], rows), ...notes].join('\n');
}

/**
 * @param {string} name
 * @returns {Promise<Report>}
 */
async function reportOf(name) {
  const text = await readFile(join(FOLDER, `${name}.json`), 'utf8').catch(() => undefined);
  return text === undefined ? { version: name, verdicts: {} } : JSON.parse(text);
}
