import type { Verdict } from './verdict.js';

const WIDTH = 30;

export interface Progress {
  step(subject: string, name: string, verdict: Verdict): void;
  end(): void;
}

/** A bar on a terminal, and a line for each failure, to standard error. */
export function createProgress(total: number): Progress {
  const terminal = process.stderr.isTTY;
  let done = 0;

  function draw(): void {
    if (!terminal) return;
    const filled = Math.round((done / total) * WIDTH);
    process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}`);
  }

  return {
    step(subject, name, verdict) {
      done += 1;
      if (verdict.verdict === 'fail') {
        process.stderr.write(`${terminal ? '\r\u001B[K' : ''}${subject} ${name}: ${verdict.seen}\n`);
      }
      if (verdict.verdict === 'pass' && verdict.beside !== undefined && subject.startsWith('holdfast')) {
        process.stderr.write(`${subject} ${name}: leaves an unhandled rejection (${verdict.beside})\n`);
      }
      draw();
    },
    end: () => void (terminal && process.stderr.write('\n')),
  };
}
