import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from './build.mjs';
import { engineNames, engines } from './find-browser.mjs';
import { installBrowser } from './install-browser.mjs';
import { root, run, tool } from './run.mjs';
import { forgetTabs, tabsTable } from '../test/browser/tabs/table.mjs';

/**
 * What a step came to. `tests` are counted where the step runs any; `skipped` says why it did not run; `notes` are
 * printed at the end, whatever it came to.
 * @typedef {{
 *   ok: boolean, output: string, tests?: { passed: number, failed: number }, skipped?: string, notes?: string[],
 * }} Outcome
 */

/** @typedef {{ name: string, about: string, run: () => Promise<Outcome> }} Step */

/**
 * Everything `npm test` does, in stages. The steps of one stage do not need each other and run three at a time;
 * those that keep an eye on time or on every processor have a stage to themselves.
 * @type {Step[][]}
 */
export const stages = [
  [{ name: 'build', about: 'TypeScript 6, src/ to dist/', run: async () => outcome(await build()) }],
  [
    // The longest goes first. It waits most of the time, and asks nothing of how fast things are.
    { name: 'soak', about: 'ten tabs come, go and crash for half a minute', run: soak },
    command('types', 'TypeScript 7 over everything', tool('typescript-7/bin/tsc')),
    command(
      'types-vue',
      'vue-tsc over examples/admin',
      tool('vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'examples/admin'),
    ),
    command('lint', 'oxlint, with types', tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings')),
    command('format', 'oxfmt', tool('oxfmt/bin/oxfmt', '--check', '.')),
    command('unused', 'knip', tool('knip/bin/knip.js')),
    command('size', 'budgets, minified and gzipped', tool('size-limit/bin.js')),
    { name: 'packed', about: 'the tarball, installed alone', run: () => vitest('packed') },
  ],
  [
    {
      name: 'unit',
      about: 'unit and property tests, with coverage; those of a session again over a shared record',
      run: () => vitest('unit', '--project', 'shared', '--coverage'),
    },
  ],
  [
    {
      name: 'conformance',
      about: 'every case, with both clients of Holdfast, alone and sharing',
      run: conformance,
    },
  ],
  [{ name: 'browser', about: 'tests in Chromium', run: browser }],
  [{ name: 'tabs', about: 'many tabs, in Chromium, Firefox and WebKit', run: tabs }],
];

/**
 * @param {string} name
 * @param {string} about
 * @param {import('./run.mjs').Command} line
 * @returns {Step}
 */
function command(name, about, line) {
  return { name, about, run: async () => outcome(await run(line)) };
}

/**
 * A program in TypeScript.
 * @param {string} file from the root
 * @param {string[]} options
 * @returns {import('./run.mjs').Command}
 */
const typescript = (file, ...options) => ['node', 'scripts/typescript.mjs', file, ...options];

/** @param {{ code: number, output: string }} ended */
const outcome = ({ code, output }) => ({ ok: code === 0, output });

/** @returns {Promise<Outcome>} */
async function browser() {
  const { path, problem } = await installBrowser();
  if (path === undefined) return { ok: true, output: '', skipped: `no Chromium: ${problem}` };
  process.env['CHROMIUM_PATH'] = path;
  return await vitest('browser');
}

/** @returns {Promise<Outcome>} */
async function conformance() {
  const report = join(root, '.cache', 'conformance.json');
  await mkdir(dirname(report), { recursive: true });
  await rm(report, { force: true });
  const ours = ['--subject', 'holdfast-axios,holdfast-fetch'];
  const ended = await run(typescript('conformance/main.ts', ...ours, '--jobs', '3', '--out', report));
  /** @type {import('../conformance/report/results.js').Results} */
  const { subjects } = await readJson(report, { subjects: [] });
  /** @param {'passed' | 'failed'} key */
  const sum = (key) => subjects.reduce((total, subject) => total + subject[key], 0);
  return { ...outcome(ended), tests: { passed: sum('passed'), failed: sum('failed') } };
}

/** @returns {Promise<Outcome>} */
async function soak() {
  const { path, problem } = await installBrowser();
  if (path === undefined) return { ok: true, output: '', skipped: `no Chromium: ${problem}` };
  return outcome(await run(typescript('test/browser/soak/main.ts', '--minutes', '0.5', '--seed', '1')));
}

/** @returns {Promise<Outcome>} */
async function tabs() {
  const notes = [];
  const found = [];
  for (const name of engineNames) {
    const { title, variable } = engines[name];
    const { path, problem } = await installBrowser(name);
    if (path === undefined) {
      notes.push(`TABS IN ${title.toUpperCase()} SKIPPED: ${problem}`);
      continue;
    }
    process.env[variable] = path;
    found.push(name);
  }
  if (found.length === 0) return { ok: true, output: '', skipped: 'no browser', notes };
  await forgetTabs();
  const ended = await vitest('tabs', ...found.map((name) => `${name}.tabs.test.ts`), '--maxWorkers=2');
  return { ...ended, notes: [await tabsTable(found), ...notes] };
}

/**
 * Runs one project of vitest.config.ts and reads how many tests passed and failed.
 * @param {string} project
 * @param {string[]} options
 * @returns {Promise<Outcome>}
 */
async function vitest(project, ...options) {
  const report = join(root, '.cache', `vitest-${project}.json`);
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ended = await run(tool('vitest/vitest.mjs', 'run', '--project', project, ...reporters, ...options));
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = await readJson(report, {});
  return { ...outcome(ended), tests: { passed, failed } };
}

/**
 * @param {string} file
 * @param {any} otherwise when it was never written
 */
async function readJson(file, otherwise) {
  return await readFile(file, 'utf8').then(JSON.parse, () => otherwise);
}
