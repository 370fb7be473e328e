/**
 * `npm run bench -- --peers`: Holdfast and every peer of the conformance suite, in turn, in one run.
 *
 * Each round starts every subject once, in a process of its own, and what is reported is the median of the rounds. Times
 * are told beside those of the client that it guards without its token layer, measured in the same rounds.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadSubject, namesIn } from '../conformance/runner/catalogue.js';
import { bareFor } from '../conformance/bare-clients.js';
import type { Measured } from './peers/child.js';
import { gzippedBytes } from './peers/sizes.js';
import { STORMS } from './peers/storm.js';
import { median } from './support/compare.js';

export type PeerRow = {
  readonly subject: string;
  readonly hotUs: number;
  /** ÷ the client that it guards, without its token layer. */
  readonly hotRatio: number;
  /** By name of the storm; missing where the library does not judge so. */
  readonly storms: Readonly<Record<string, PeerStorm>>;
  readonly heldAMinute: number;
  readonly gzippedBytes: number | undefined;
};

export type PeerStorm = {
  readonly ms: number;
  /** ÷ the physical floor. */
  readonly ratio: number;
  /** Callers served, in the worst round. */
  readonly served: number;
  /** Refreshes, in the worst round. */
  readonly refreshes: number;
};

export type PeerBench = {
  /** `conformance/`, from where the packages are found. */
  readonly sources: string;
  readonly modules: string;
  readonly subjects: readonly string[];
  readonly rounds: number;
  readonly onStep: (round: number, subject: string) => void;
};

/** Ours first. */
export async function subjectNames(sources: string): Promise<string[]> {
  const names = await namesIn(join(sources, 'subjects'), '.ts');
  return [...names].sort((a, b) => Number(b.startsWith('holdfast')) - Number(a.startsWith('holdfast')));
}

export async function run({ sources, modules, subjects, rounds, onStep }: PeerBench): Promise<PeerRow[]> {
  const bareOf = new Map<string, string>();
  for (const name of subjects) bareOf.set(name, bareFor(name, await loadSubject(modules, name)));
  const names = [...new Set(bareOf.values()), ...subjects];
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, results] of measured) {
      onStep(round, name);
      results.push(await measure(modules, name, round));
    }
  }
  const rows: PeerRow[] = [];
  for (const name of subjects) {
    const bare = measured.get(bareOf.get(name) ?? '') ?? [];
    rows.push(rowOf(name, measured.get(name) ?? [], bare, await gzippedBytes(name, sources)));
  }
  return rows;
}

/** Client and server have a process each: neither waits for the other's garbage. */
async function measure(modules: string, name: string, round: number): Promise<Measured> {
  const host = fork(join(modules, 'server/host.js'));
  const [controlPort] = (await once(host, 'message')) as [number];
  const child = fork(join(modules, 'peers/child.js'), [String(controlPort), name, String(round)], {
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const measured = await Promise.race([
    once(child, 'message').then(([message]) => message as Measured),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with code ${String(code)} and no answer`);
    }),
  ]);
  host.disconnect();
  return measured;
}

function rowOf(
  subject: string,
  own: readonly Measured[],
  bare: readonly Measured[],
  bytes: number | undefined,
): PeerRow {
  const hotUs = median(own.map((round) => round.hotUs));
  const storms = Object.keys(STORMS).flatMap((title) => {
    const results = own.flatMap((round) => round.storms[title] ?? []);
    if (results.length === 0) return [];
    const ms = median(results.map((result) => result.ms));
    const floorMs = median(bare.flatMap((round) => round.storms[title]?.ms ?? []));
    const served = Math.min(...results.map((result) => result.served));
    const refreshes = Math.max(...results.map((result) => result.refreshes));
    return [[title, { ms, ratio: ms / floorMs, served, refreshes }] as const];
  });
  return {
    subject,
    hotUs,
    hotRatio: hotUs / median(bare.map((round) => round.hotUs)),
    storms: Object.fromEntries(storms),
    heldAMinute: own[0]?.heldAMinute ?? NaN,
    gzippedBytes: bytes,
  };
}
