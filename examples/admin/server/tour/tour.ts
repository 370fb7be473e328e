import { isDeepStrictEqual } from 'node:util';
import type { AuthServer } from 'holdfast/testing';
import { createNarrator } from './narrator.js';
import { accent, bad, bold, dim, good, table } from './paint.js';
import { scenarios, warmUp, type Expected, type Scenario } from './scenarios.js';
import { createStage } from './stage.js';

interface Report {
  readonly name: string;
  readonly requests: number;
  readonly refreshes: number;
  readonly sends: number;
  readonly served: number;
  readonly ms: number;
}

const REFRESH_DELAY_MS = 120;

/** Plays every scenario against the server at `origin`, and says whether all came out as they must. */
export async function runTour(
  auth: AuthServer,
  origin: string,
  { json }: { json: boolean },
): Promise<boolean> {
  Object.assign(auth.settings, { refreshDelayMs: REFRESH_DELAY_MS, reuseGraceMs: 10_000 });
  console.log(`\n  ${bold('Holdfast')} ${dim('·')} a tour, over real HTTP against ${accent(origin)}`);
  await warmUp(origin);

  const reports: Report[] = [];
  let failures = 0;
  for (const scenario of scenarios) {
    const { report, problems } = await play(scenario, auth, origin);
    reports.push(report);
    failures += problems.length;
  }

  const columns = ['requests', 'refreshes', 'sends', 'served', 'ms'] as const;
  const rows = reports.map((report) => [report.name, ...columns.map((column) => String(report[column]))]);
  console.log('');
  for (const line of table(['scenario', ...columns], rows)) console.log(`  ${line}`);
  console.log(
    failures === 0
      ? `\n  ${good('✓')} all ${reports.length} scenarios came out as they must`
      : `\n  ${bad('✗')} ${failures} of the lines above are not as they must be`,
  );
  if (json) console.log(JSON.stringify({ scenarios: reports }));
  return failures === 0;
}

async function play(scenario: Scenario, auth: AuthServer, origin: string) {
  console.log(`\n  ${bold(scenario.name)}\n  ${dim(scenario.about)}`);
  auth.healRefresh();
  auth.resetCounters();
  const narrator = createNarrator(console.log);
  const stage = createStage(auth, origin, narrator);
  const startedAt = performance.now();
  const replies = await scenario.run(stage);
  const ms = Math.round(performance.now() - startedAt);
  narrator.flush();

  const { refreshes, served, rejected, reuseAlarms } = auth.counters;
  const report: Report = {
    name: scenario.name,
    requests: stage.asked,
    refreshes,
    sends: served + rejected,
    served,
    ms,
  };
  const problems = compare(scenario.expected, { ...report, replies, reuseAlarms });
  const sum = `${report.requests} requests · ${refreshes} ${refreshes === 1 ? 'refresh' : 'refreshes'} · ${report.sends} sends · ${served} served`;
  console.log(
    `${(problems.length === 0 ? good : bad)((problems.length === 0 ? '✓' : '✗').padStart(11))}  ${sum}`,
  );
  for (const problem of problems) console.log(bad(`${' '.repeat(13)}${problem}`));
  return { report, problems };
}

function compare(expected: Expected, seen: Required<Expected>): string[] {
  return (Object.keys(expected) as (keyof Expected)[])
    .filter((name) => !isDeepStrictEqual(expected[name], seen[name]))
    .map((name) => `${name}: expected ${JSON.stringify(expected[name])}, got ${JSON.stringify(seen[name])}`);
}
