/**
 * `npm run bench`: answers the question of each `bench/*.bench.ts`.
 *
 *   --only guard,heap   run only these files
 *   --peers             run Holdfast and its peers side by side instead, and write bench/PEERS.md
 *   --rounds 7          of that: each figure is the median of so many
 *   --json              end with one line of JSON, and print the tables to standard error
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/run.mjs';
import { stop } from '../scripts/setup.mjs';
import { table } from '../scripts/table.mjs';
import { ask } from './ask.js';
import { benchPeers } from './peers/report.js';
import type { Answer, Row } from './support/answer.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
  },
});
const { json } = options;
const only = options.only?.split(',');

process.exitCode = options.peers
  ? await benchPeers({ only, rounds: Number(options.rounds), json })
  : await benchHoldfast();

/** Resolves to the exit code. */
async function benchHoldfast(): Promise<number> {
  const files = (await readdir(join(root, 'bench'))).filter((file) => file.endsWith('.bench.ts')).sort();
  const all = files.map((file) => basename(file, '.bench.ts'));
  const names = all.filter((name) => only?.includes(name) ?? true);
  if (names.length === 0) stop(`No such bench. There are: ${all.join(', ')}.`);

  const print = json ? console.error : console.log;
  const benches: ({ name: string } & Answer)[] = [];
  for (const name of names) {
    const answer = await ask(name);
    benches.push({ name, ...answer });
    print(`\n${answer.question} (${name})\n`);
    print(table(['', 'value', 'unit', 'ratio', 'budget', ''], answer.rows.map(cells)));
  }
  if (json) console.log(JSON.stringify({ benches }));
  return benches.every(({ rows }) => rows.every(({ ok }) => ok !== false)) ? 0 : 1;
}

function cells({ name, value, unit, ratio, budget, ok }: Row): (string | number)[] {
  return [name, round(value), unit, ratio === undefined ? '' : round(ratio), budget ?? '', verdictOf(ok)];
}

function verdictOf(ok: boolean | undefined): string {
  if (ok === undefined) return '';
  return ok ? 'kept' : 'MISSED';
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
