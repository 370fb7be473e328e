import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, sources } from '../../conformance/bundle.js';
import { writePeerTables } from '../../scripts/peer-table.mjs';
import { root } from '../../scripts/run.mjs';
import { table } from '../../scripts/table.mjs';
import { run, subjectNames, type PeerRow, type PeerStorm } from '../peers.js';

export type PeerOptions = {
  /** The names of subjects. A run of some prints its table, and writes nothing. */
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  readonly json: boolean;
};

/** Runs `bench/peers.ts`, prints its table, and writes it where every subject took part. Resolves to the exit code. */
export async function benchPeers({ only, rounds, json }: PeerOptions): Promise<number> {
  const rows = await run({
    sources,
    // The subjects are those of the conformance suite, and bundled as they are there.
    modules: await bundle('peers', { also: { 'peers/child': join(root, 'bench/peers/child.ts') } }),
    subjects: only ?? (await subjectNames(sources)),
    rounds,
    onStep: (round, subject) => console.error(`round ${round + 1} of ${rounds}: ${subject}`),
  });
  const print = json ? console.error : console.log;
  print(table(HEAD, rows.map(cells)));
  if (only === undefined) {
    await writeFile(join(root, 'bench/peers.json'), `${JSON.stringify({ rounds, rows }, null, 2)}\n`);
    await writeFile(join(root, 'bench/PEERS.md'), peersPage({ rounds, rows }));
    await writePeerTables();
  }
  if (json) console.log(JSON.stringify({ rounds, rows }));
  return 0;
}

const STORMS = ['expired', 'rejected', 'expired, slow network', 'rejected, slow network'];
const HEAD = ['', 'hot path', ...STORMS, 'held a minute', 'gzip bytes'];

function cells({
  subject,
  hotUs,
  hotRatio,
  storms,
  heldAMinute,
  gzippedBytes,
}: PeerRow): (string | number)[] {
  return [
    subject,
    `${hotUs.toFixed(0)} µs, × ${hotRatio.toFixed(2)}`,
    ...STORMS.map((title) => stormCell(storms[title])),
    heldAMinute.toFixed(1),
    gzippedBytes ?? '',
  ];
}

function stormCell(result: PeerStorm | undefined): string {
  if (!result) return '';
  const { ms, ratio, served, refreshes } = result;
  const exceptions = [
    ...(served < 1000 ? [`${served} served`] : []),
    ...(refreshes === 1 ? [] : [`${refreshes} refreshes`]),
  ];
  return [`${ms.toFixed(0)} ms, × ${ratio.toFixed(2)}`, ...exceptions].join(', ');
}

/** What stands in bench/PEERS.md. */
export function peersPage({ rounds, rows }: Measured): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rows.map(cells)].map((each) => `| ${each.join(' | ')} |`);
  return `# Beside the peers

Written by \`npm run bench -- --peers\`, one run, medians of ${rounds} rounds; [README.md](README.md) says how it is measured.

- **hot path**: a request with a good token, beside the client that is guarded without its token layer.
- **expired, rejected**: 1,000 requests at once with a dead token, over real HTTP, beside the physical floor; *slow network* is a refresh of 250 ms and requests of 20 ms. Callers that were not served, and refreshes beyond the first, are told.
- **held a minute**: requests held up by a refresh, for a user who makes 5 a second with tokens for 60 s.

${lines.join('\n')}
`;
}

type Measured = { readonly rounds: number; readonly rows: readonly PeerRow[] };
