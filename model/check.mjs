/**
 * `npm run model`: has Spin go through every interleaving of renewal.pml, in each of the worlds of runs.mjs,
 * and plants the faults named there, each of which has to be found.
 *
 *   --deep         search the larger worlds too, which takes minutes
 *   --only TEXT    only what has this in its name or its flags
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installSpin } from './install-spin.mjs';
import { configurations, faults, properties, spares } from './runs.mjs';
import { root, run } from '../scripts/run.mjs';
import { table } from '../scripts/table.mjs';

/** @typedef {import('./runs.mjs').Property} Property */

/**
 * `broken`: the property that a run broke. `problem`: why the search says nothing at all. `reached`: the properties that
 * were put to the test at least once.
 * @typedef {{ broken?: string, problem?: string, states: number, depth: number, seconds: number, reached: Set<string> }} Search
 */
/** @typedef {{ kind: 'sound' | 'fault' | 'spare', name: string, flags: string[], loops: boolean, isDeep?: boolean, checks: Property[], expected?: Property }} Job */
/** @typedef {{ job: Job, search: Search, failure?: string }} Result */

/** Far beyond the longest run: reaching it is an error, never a silent end. */
const LONGEST_RUN = 100_000;
const MEMORY_MB = 4_000;

/**
 * Searches them all, two at a time.
 * @param {string} spin
 * @param {{ deep?: boolean | undefined, only?: string | undefined, onResult?: (result: Result) => void }} [options]
 */
export async function checkModel(spin, { deep = false, only = '', onResult = () => {} } = {}) {
  const folder = join(root, '.cache', 'model');
  await rm(folder, { recursive: true, force: true });
  const jobs = [...jobsOf(deep)].filter(({ name, flags }) => `${name} ${flags.join(' ')}`.includes(only));
  /** @type {Result[]} */
  const results = [];
  const waiting = [...jobs.entries()];
  const drain = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, job] = next;
      const search = await explore(spin, join(folder, String(index)), job).catch(crash);
      const result = { job, search, ...judge(job, search) };
      results[index] = result;
      onResult(result);
    }
  };
  await Promise.all([drain(), drain()]);
  const failed = results.filter(({ failure }) => failure !== undefined);
  const lines = [report(results), ...failed.map(({ job, failure }) => `✗ ${job.name}: ${failure}`)];
  const tests = { passed: results.length - failed.length, failed: failed.length };
  return { ok: failed.length === 0, output: lines.join('\n'), tests };
}

/**
 * @param {boolean} deep
 * @returns {Generator<Job>}
 */
function* jobsOf(deep) {
  for (const { name, world, loops = false, checks, isDeep = false } of configurations) {
    if (isDeep && !deep) continue;
    for (const locks of [0, 1]) {
      yield {
        kind: 'sound',
        name: `${name}${locks ? ', locks' : ''}`,
        flags: [`LOCKS=${locks}`, ...world],
        loops,
        isDeep,
        // Without locks nobody can be held up by one.
        checks:
          locks && world.includes('FREEZES=1') && !loops
            ? [...checks, 'frozen_tab_holds_up_one_claim']
            : checks,
      };
    }
  }
  for (const { flag, about, world, loops = false, brokenProperty } of faults) {
    const flags = [...flag.split(' '), ...world];
    yield { kind: 'fault', name: about, flags, loops, checks: [], expected: brokenProperty };
  }
  for (const { flags, about, worlds } of spares) {
    for (const world of worlds) {
      yield { kind: 'spare', name: about, flags: [...flags, ...world], loops: false, checks: [] };
    }
  }
}

/**
 * @param {string} spin
 * @param {string} folder
 * @param {Job} job
 * @returns {Promise<Search>}
 */
async function explore(spin, folder, { flags, loops, isDeep }) {
  const startedAt = performance.now();
  await mkdir(folder, { recursive: true });
  /** @param {import('../scripts/run.mjs').Command} command */
  const must = async (command) => {
    const { code, output } = await run(command, { cwd: folder });
    if (code !== 0) throw new Error(`${command.join(' ')}\n${output}`);
    return output;
  };
  const model = join(root, 'model', 'renewal.pml');
  await must([spin, ...flags.map((flag) => `-D${flag}`), '-a', model]);
  await must([
    'gcc',
    // Optimising takes two seconds, which only a long search makes up for.
    isDeep ? '-O2' : '-O0',
    '-w',
    loops ? '-DNP' : '-DSAFETY',
    `-DMEMLIM=${MEMORY_MB}`,
    '-o',
    'pan',
    'pan.c',
  ]);
  const checker = await readFile(join(folder, 'pan.m'), 'utf8');
  // -E: a state without a way on is judged by the model itself, which knows who is frozen.
  const { output } = await run([join(folder, 'pan'), loops ? '-l' : '-E', `-m${LONGEST_RUN}`], {
    cwd: folder,
  });
  return { ...read(output, checker, loops), seconds: (performance.now() - startedAt) / 1000 };
}

/**
 * What a checker printed, given the source it was compiled from.
 * @param {string} output
 * @param {string} checker
 * @param {boolean} loops
 */
function read(output, checker, loops) {
  const states = Number(/([\d.e+]+) states, stored/.exec(output)?.[1] ?? 0);
  const depth = Number(/depth reached (\d+)/.exec(output)?.[1] ?? 0);
  const errors = Number(/errors: (\d+)/.exec(output)?.[1] ?? NaN);
  const named = /assertion violated \(+(\w+)\|\|/.exec(output)?.[1];
  const broken = named ?? (/non-progress cycle \(/.test(output) ? 'no_endless_loop' : undefined);
  /** @type {string | undefined} */
  let problem;
  if (/max search depth too small/.test(output)) problem = 'the search was cut off at its greatest depth';
  else if (Number.isNaN(errors) || states === 0) problem = `the search did not end:\n${output}`;
  else if (errors > 0 && broken === undefined) problem = `an error without a name:\n${output}`;
  else if (errors === 0 && /Search not completed|out of memory/.test(output))
    problem = 'the search is incomplete';
  return {
    states,
    depth,
    ...(broken && { broken }),
    ...(problem && { problem }),
    reached: reachedIn(output, checker, loops),
  };
}

/**
 * Which properties were evaluated: of those that the checker was compiled with, all whose every place is not listed as
 * unreached.
 * @param {string} output
 * @param {string} checker
 * @param {boolean} loops
 */
function reachedIn(output, checker, loops) {
  const unreached = new Set(
    [...output.matchAll(/state (\d+), "assert\(+(\w+)\|\|/g)].map(([, state, name]) => `${name} ${state}`),
  );
  const absent = new Set(
    [...output.matchAll(/unreached in proctype (\w+)\n\t.*state 1,/g)].map(([, name]) => name),
  );
  /** @type {Set<string>} */
  const reached = new Set(loops ? ['no_endless_loop'] : []);
  let proctype = '';
  let merged = '';
  for (const line of checker.split('\n')) {
    proctype = /\/\* PROC (\S+) \*\//.exec(line)?.[1] ?? proctype;
    const own = /STATE (\d+) - .*\[assert\(+(\w+)\|\|/.exec(line);
    const state = own?.[1] ?? (merged && /reached\[\d+\]\[(\d+)\] = 1/.exec(line)?.[1]);
    const name = own?.[2] ?? merged;
    merged = /merge: assert\(+(\w+)\|\|/.exec(line)?.[1] ?? '';
    if (state && !absent.has(proctype) && !unreached.has(`${name} ${state}`)) reached.add(name);
  }
  return reached;
}

/**
 * @param {Job} job
 * @param {Search} search
 * @returns {{ failure?: string }}
 */
function judge({ kind, checks, expected }, { problem, broken, reached }) {
  if (problem) return { failure: problem };
  if (kind === 'fault') {
    return broken === expected ? {} : { failure: `${expected} was to break; ${broken ?? 'nothing'} did` };
  }
  if (kind === 'spare') return broken ? { failure: `${broken} breaks: it is not there twice any more` } : {};
  if (broken) return { failure: `${broken} is broken` };
  const missed = checks.filter((name) => !reached.has(name));
  return missed.length > 0 ? { failure: `never put to the test: ${missed.join(', ')}` } : {};
}

/**
 * @param {Property} name
 * @param {Search} search
 */
function markOf(name, { broken, reached }) {
  if (broken === name) return '✗';
  return reached.has(name) ? '✓' : '·';
}

/** @param {Result[]} results */
function report(results) {
  const names = /** @type {Property[]} */ (Object.keys(properties));
  const letters = names.map((_, index) => String.fromCodePoint(65 + index));
  /** @param {Job['kind']} kind */
  const of = (kind) => results.filter(({ job }) => job.kind === kind);
  /** @param {Search} search */
  const measure = ({ states, depth, seconds }) => [states, depth, Math.round(seconds * 10) / 10];
  const sound = of('sound').map(({ job, search }) => [
    job.name,
    job.flags.join(' '),
    ...measure(search),
    ...names.map((name) => markOf(name, search)),
  ]);
  const planted = of('fault').map(({ job, search }) => [
    job.name,
    job.flags.join(' '),
    search.broken ?? 'NOT FOUND',
  ]);
  const spare = of('spare').map(({ job, search }) => [
    job.name,
    job.flags.join(' '),
    search.states,
    search.broken ?? 'not noticed',
  ]);
  return [
    table(['world', 'flags', 'states', 'depth', 'seconds', ...letters], sound),
    '✓ holds in every interleaving · cannot come up in this world ✗ broken',
    ...names.map((name, index) => `${letters[index]} ${name}: ${properties[name]}`),
    '',
    table(['planted fault', 'flags', 'found by'], planted),
    '',
    table(['there twice', 'flags', 'states', 'left out'], spare),
    '',
  ].join('\n');
}

/** @param {unknown} error @returns {Search} */
function crash(error) {
  const problem = error instanceof Error ? error.message : String(error);
  return { problem, states: 0, depth: 0, seconds: 0, reached: new Set() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { deep: { type: 'boolean' }, only: { type: 'string' } } });
  const { path, problem } = await installSpin();
  if (path === undefined) {
    console.error(`No Spin: ${problem}.`);
    process.exitCode = 1;
  } else {
    const { ok, output, tests } = await checkModel(path, {
      ...values,
      onResult: ({ job, search, failure }) =>
        console.error(`${failure ? '✗' : '✓'} ${job.flags.join(' ')}: ${search.states} states`),
    });
    console.log(output);
    console.log(`${tests.passed} searches as they should be, ${tests.failed} not`);
    process.exitCode = ok ? 0 : 1;
  }
}
