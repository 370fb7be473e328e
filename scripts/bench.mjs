/**
 * `npm run bench`: sets up, builds, and answers the question of each `bench/*.bench.ts`.
 *
 *   --only guard,heap   run only these files
 *   --peers             run Holdfast and its peers side by side instead, and write bench/PEERS.md
 *   --rounds 7          of that: each figure is the median of so many
 *   --json              end with one line of JSON, and print the tables to standard error
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { askBundled } from './ask-bundled.mjs';
import { benchPeers } from './bench-peers.mjs';
import { buildIfOutdated } from './build.mjs';
import { root } from './run.mjs';
import { setUp, stop } from './setup.mjs';
import { table } from './table.mjs';

/**
 * What a bench file's `run()` resolves to. A row with a budget says whether it kept it.
 * @typedef {{ name: string, value: number, unit: string, ratio?: number, budget?: number, ok?: boolean }} Row
 * @typedef {{ question: string, rows: Row[] }} Answer
 */

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean' },
    peers: { type: 'boolean' },
    rounds: { type: 'string', default: '7' },
  },
});

await setUp();
await buildIfOutdated();

process.exitCode = options.peers
  ? await benchPeers({ only: options.only, rounds: Number(options.rounds), json: options.json ?? false })
  : await benchHoldfast();

/** @returns {Promise<number>} the exit code */
async function benchHoldfast() {
  const only = options.only?.split(',');
  const files = (await readdir(join(root, 'bench')).catch(() => []))
    .filter((file) => file.endsWith('.bench.ts'))
    .sort();
  const names = files
    .map((file) => basename(file, '.bench.ts'))
    .filter((name) => only?.includes(name) ?? true);
  if (names.length === 0) stop(`No such bench. There are: ${files.join(', ') || 'none'}.`);

  const print = options.json ? console.error : console.log;
  /** @type {({ name: string } & Answer)[]} */
  const answers = [];
  for (const name of names) {
    const answer = await ask(name);
    answers.push({ name, ...answer });
    print(`\n${answer.question} (${name})\n`);
    print(table(['', 'value', 'unit', 'ratio', 'budget', ''], answer.rows.map(cells)));
  }
  if (options.json) console.log(JSON.stringify({ benches: answers }));
  return answers.every(({ rows }) => rows.every(({ ok }) => ok !== false)) ? 0 : 1;
}

/**
 * @param {string} name
 * @returns {Promise<Answer>}
 */
function ask(name) {
  return askBundled(`bench/${name}.bench.ts`, 'run', { execArgv: ['--expose-gc'] });
}

/** @param {Row} row */
function cells({ name, value, unit, ratio, budget, ok }) {
  const verdict = ok === undefined ? '' : ok ? 'kept' : 'MISSED';
  return [name, round(value), unit, ratio === undefined ? '' : round(ratio), budget ?? '', verdict];
}

/** @param {number} value */
function round(value) {
  return Number(value.toPrecision(4));
}
