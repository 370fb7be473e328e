/**
 * One case with one subject, in a process of its own: what it breaks, it breaks alone.
 * Arguments: the control server's port, a name for the server, the subject, the case, and how often.
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openServer } from '../server/remote.js';
import { CaseFailure, loopInWords, NotApplicable } from '../stage/expectations.js';
import { createStage } from '../stage/stage.js';
import { takeOverDate } from '../stage/time.js';
import { loadCase, loadSubject } from './catalogue.js';
import type { Verdict } from './verdict.js';

const DEFAULT_SENDS = 1_000;

const [controlPort, name, subjectName, caseName, repeats] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];

const strays: string[] = [];
const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(kindOf(reason)));
process.on('uncaughtException', (error) => strays.push(`an uncaught exception (${kindOf(error)})`));
process.on('warning', (warning) => {
  if (warning.name === 'TimeoutOverflowWarning') strays.push('a timer for longer than timers last');
});

const local = takeOverDate();
const modules = join(import.meta.dirname, '..');
const subject = await loadSubject(modules, subjectName);
const conformanceCase = await loadCase(modules, caseName);

let verdict: Verdict = { verdict: 'pass' };
for (let round = 0; round < Number(repeats) && verdict.verdict === 'pass'; round += 1) {
  verdict = await play(`${name}.${round}`);
}
// `process.exit` must not come before the message has left.
process.send?.(verdict, () => process.exit());

async function play(serverName: string): Promise<Verdict> {
  const { sends = DEFAULT_SENDS } = conformanceCase.limits ?? {};
  const server = await openServer(Number(controlPort), serverName, sends);
  const stage = createStage(subject, server, local, unhandled);
  try {
    await conformanceCase.run(stage);
    // A rejection is called unhandled only after the turn in which it happened.
    await setImmediate();
    await setImmediate();
    if (strays[0] !== undefined) return { verdict: 'fail', seen: `leaves ${strays[0]}` };
    const [beside] = unhandled.splice(0);
    return { verdict: 'pass', ...(beside !== undefined && { beside }) };
  } catch (error) {
    if (error instanceof NotApplicable) return { verdict: 'n/a', lacks: error.message };
    const { looped, limit } = await server.seen();
    return { verdict: 'fail', seen: looped ? loopInWords(limit) : inWords(error, server.url) };
  } finally {
    local.reset();
    await stage.close();
  }
}

function inWords(error: unknown, url: string): string {
  if (error instanceof CaseFailure) return error.message;
  // The port is another in each run, and two runs are to read the same.
  return `throws ${kindOf(error)}: ${
    String((error as Error).message)
      .replaceAll(url, '')
      .split('\n')[0]
  }`;
}

function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
