import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './run.mjs';
import { table } from './table.mjs';

/** @typedef {import('../test/browser/tabs/run.js').Report} Report */

const FOLDER = join(root, '.cache', 'tabs');

/** So that what an earlier run wrote is not taken for this one's. */
export function forgetTabs() {
  return rm(FOLDER, { recursive: true, force: true });
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

  /** @param {Report['verdicts'][string] | undefined} verdict */
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
