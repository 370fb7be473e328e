/**
 * `npm test`: sets up, then runs every step of test-steps.mjs, all of them even when one fails.
 *
 *   --list               name the steps
 *   --only types,lint    run only these (and the build, which the others need)
 *   --property-runs N    how many schedules each property test tries
 */
import { parseArgs } from 'node:util';
import { setUp, stop } from './setup.mjs';
import { table } from './table.mjs';
import { stages } from './test-steps.mjs';

/** @typedef {import('./test-steps.mjs').Step} Step */
/** @typedef {{ step: Step, seconds: number, outcome: import('./test-steps.mjs').Outcome }} Result */

const { values: options } = parseArgs({
  options: { list: { type: 'boolean' }, only: { type: 'string' }, 'property-runs': { type: 'string' } },
});

const steps = stages.flat();
if (options.list) {
  console.log(
    table(
      ['step', 'what it does'],
      steps.map(({ name, about }) => [name, about]),
    ),
  );
  process.exit();
}

const chosen = new Set(options.only?.split(',') ?? steps.map(({ name }) => name));
const unknown = [...chosen].filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) stop(`No such step: ${unknown.join(', ')}. See npm test -- --list.`);
chosen.add('build');
if (options['property-runs']) process.env['HOLDFAST_PROPERTY_RUNS'] = options['property-runs'];

await setUp();

/** One of them, the soak, mostly waits. */
const AT_A_TIME = 3;

/** @type {Result[]} */
const results = [];
for (const stage of stages) {
  const waiting = stage.filter(({ name }) => chosen.has(name));
  await Promise.all(Array.from({ length: AT_A_TIME }, () => drain(waiting)));
  if (stage === stages[0] && !results.every(({ outcome }) => outcome.ok)) break;
}
summarise();

/**
 * Runs steps off a list until none is left. Several of these share one list.
 * @param {Step[]} waiting
 */
async function drain(waiting) {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const startedAt = performance.now();
    const outcome = await step.run().catch(crash);
    const seconds = Math.round(((performance.now() - startedAt) / 1000) * 10) / 10;
    results.push({ step, seconds, outcome });
    console.log(`${sign(outcome)} ${step.name} (${seconds} s)`);
    if (!outcome.ok) console.log(outcome.output);
  }
}

/** @param {unknown} error */
function crash(error) {
  return { ok: false, output: error instanceof Error ? String(error.stack) : String(error) };
}

/** @param {Result['outcome']} outcome */
function sign({ ok, skipped }) {
  if (skipped) return '–';
  return ok ? '✓' : '✗';
}

/** @param {Result['outcome']} outcome */
function resultOf({ ok, skipped }) {
  if (skipped) return 'skipped';
  return ok ? 'passed' : 'FAILED';
}

function summarise() {
  results.sort((a, b) => steps.indexOf(a.step) - steps.indexOf(b.step));
  const rows = results.map(({ step, seconds, outcome }) => [
    step.name,
    resultOf(outcome),
    outcome.tests ? String(outcome.tests.passed + outcome.tests.failed) : '',
    seconds,
  ]);
  console.log(`\n${table(['step', 'result', 'tests', 'seconds'], rows)}\n`);

  const ran = results.filter(({ outcome }) => !outcome.skipped);
  let [passed, failed] = [0, 0];
  for (const { outcome } of ran) {
    passed += (outcome.tests?.passed ?? 0) + (outcome.ok ? 1 : 0);
    failed += (outcome.tests?.failed ?? 0) + (outcome.ok ? 0 : 1);
  }
  for (const { outcome } of results) {
    for (const note of outcome.notes ?? []) console.log(`${note}\n`);
  }
  for (const { step, outcome } of results) {
    if (outcome.skipped) console.log(`${step.name.toUpperCase()} TESTS SKIPPED: ${outcome.skipped}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
