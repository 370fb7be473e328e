/**
 * `npm run soak`: tabs of a real Chromium live on tokens of two seconds, under strict rotation, while they are closed,
 * crashed, reloaded and opened at random. Fails when anything is not as it has to be.
 *
 *   --tabs N       how many at a time; 10 unless said
 *   --minutes N    for how long; 5 unless said
 *   --seed N       the same order of events again
 */
import { parseArgs } from 'node:util';
import { installBrowser } from '../../../scripts/install-browser.mjs';
import { stop } from '../../../scripts/setup.mjs';
import { table } from '../../../scripts/table.mjs';
import { soak } from './soak.js';

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

const { problem } = await installBrowser();
if (problem) stop(`No Chromium: ${problem}.`);

console.log(`${options.tabs} tabs for ${options.seconds} s; the same again with --seed ${options.seed}`);
const report = await soak(options);
const { failures, hung, unexplainedAlarms, unexplainedSignOuts } = report;
const rows: [name: string, count: number, judged?: string][] = [
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

function verdict(count: number): string {
  return count === 0 ? 'as it has to be' : 'WRONG';
}
