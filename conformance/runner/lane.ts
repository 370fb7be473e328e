import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Verdict } from './verdict.js';

export type Pair = {
  readonly subject: string;
  readonly name: string;
  readonly repeats: number;
  readonly limitMs: number;
};

/** Plays pairs one after the other, all against servers in one process of their own. */
export interface Lane {
  play(pair: Pair): Promise<Verdict>;
  close(): void;
}

const MEMORY_MB = 512;

/** `modules`: the folder that the bundled runner, cases and subjects are in. */
export async function openLane(modules: string): Promise<Lane> {
  const host = fork(join(modules, 'server/host.js'));
  const [controlPort] = (await once(host, 'message')) as [number];
  let played = 0;

  return {
    play({ subject, name, repeats, limitMs }) {
      const args = [String(controlPort), `${process.pid}-${(played += 1)}`, subject, name, String(repeats)];
      const child = fork(join(modules, 'runner/child.js'), args, {
        execArgv: ['--expose-gc', `--max-old-space-size=${MEMORY_MB}`],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      return verdictOf(child, limitMs);
    },
    close: () => host.disconnect(),
  };
}

/** What the child said, or what became of it. */
function verdictOf(child: ChildProcess, limitMs: number): Promise<Verdict> {
  return new Promise((resolve) => {
    let complaint = '';
    let verdict: Verdict = { verdict: 'fail', seen: `still runs after ${limitMs / 1000} s` };
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-10_000);
    });
    child.on('message', (message) => (verdict = message as Verdict));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGABRT') verdict = { verdict: 'fail', seen: 'runs out of memory' };
      else if (code) verdict = { verdict: 'fail', seen: `crashes its process (${lastErrorIn(complaint)})` };
      resolve(verdict);
    });
  });
}

function lastErrorIn(complaint: string): string {
  const errors = complaint.split('\n').filter((line) => /^\w*Error\b/.test(line));
  return errors.at(-1) ?? 'without a word';
}
