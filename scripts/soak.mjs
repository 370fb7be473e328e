/**
 * `npm run soak`: tabs of a real Chromium live on tokens of two seconds, under strict rotation, while they are closed,
 * crashed, reloaded and opened at random. Fails when anything is not as it has to be.
 *
 *   --tabs N       how many at a time; 10 unless said
 *   --minutes N    for how long; 5 unless said
 *   --seed N       the same order of events again
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installBrowser } from './install-browser.mjs';
import { root } from './run.mjs';
import { setUp, stop } from './setup.mjs';
import { table } from './table.mjs';

/** @typedef {import('../test/browser/soak/soak.js').SoakReport} SoakReport */
/** @typedef {import('../test/browser/soak/soak.js').SoakOptions} SoakOptions */

const { values } = parseArgs({
  options: {
    tabs: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const options = {
  tabs: Number(values.tabs),
  seconds: Number(values.minutes) * 60,
  seed: Number(values.seed),
};
if (!Object.values(options).every((value) => value > 0)) stop('--tabs, --minutes and --seed are numbers.');

await setUp();
const { problem } = await installBrowser();
if (problem) stop(`No Chromium: ${problem}.`);

console.log(`${options.tabs} tabs for ${options.seconds} s; the same again with --seed ${options.seed}`);
const report = await soak(options);
const { failures, hung, unexplainedAlarms, unexplainedSignOuts } = report;
/** @type {[string, number, string?][]} */
const rows = [
  ['refreshes', report.refreshes],
  ['requests served', report.served],
  ['tabs closed, crashed, reloaded', report.closed + report.crashed + report.reloaded],
  ['tabs opened', report.opened],
  ['requests lost with their tab', report.lost],
  ['answers lost with their tab', report.answersLost],
  ['reuse alarms', report.reuseAlarms],
  ['  but for lost answers', unexplainedAlarms, verdict(unexplainedAlarms)],
  ['sign-outs', report.signOuts],
  ['  but for lost answers', unexplainedSignOuts, verdict(unexplainedSignOuts)],
  ['requests that failed', failures.length, verdict(failures.length)],
  ['requests that hung', hung, verdict(hung)],
];
console.log(
  `\n${table(
    ['', 'count', ''],
    rows.map(([name, count, judged = '']) => [name, count, judged]),
  )}`,
);
for (const failure of new Set(failures)) console.log(`failed: ${failure}`);
const wrong = unexplainedAlarms + unexplainedSignOuts + failures.length + hung;
process.exitCode = wrong === 0 && report.refreshes > 0 && report.served > 0 ? 0 : 1;

/** @param {number} count */
function verdict(count) {
  return count === 0 ? 'as it has to be' : 'WRONG';
}

/**
 * In a process of its own, which the bundler has made of the sources.
 * @param {SoakOptions} given
 * @returns {Promise<SoakReport>}
 */
async function soak(given) {
  const bundle = join(root, '.cache', 'soak', 'soak.mjs');
  const { build } = await import('esbuild');
  await build({
    stdin: {
      contents: `import { soak } from './soak.ts'; process.send(await soak(JSON.parse(process.argv[2])));`,
      resolveDir: join(root, 'test', 'browser', 'soak'),
    },
    outfile: bundle,
    bundle: true,
    packages: 'external',
    // They look for themselves by where they are.
    external: [join(root, 'scripts', '*')],
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return await new Promise((resolve, reject) => {
    const child = fork(bundle, [JSON.stringify(given)], { cwd: root, stdio: ['ignore', 2, 2, 'ipc'] });
    child.on('message', (answer) => {
      resolve(/** @type {SoakReport} */ (answer));
      child.kill();
    });
    child.on('exit', (code) => reject(new Error(`the soak ended with code ${code} and no report`)));
  });
}
