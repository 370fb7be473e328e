import type { Answer } from './support/answer.js';
import { median } from './support/compare.js';
import { allHeld, collectGarbage, stuckSession } from './support/held.js';

const COUNT = 10_000;
const ROUNDS = 9;
const MOST_BYTES = 700;

export async function run(): Promise<Answer> {
  const plain = median(await repeat(() => bytesOfHeld(undefined)));
  const abortable = median(await repeat(() => bytesOfHeld(() => new AbortController().signal)));
  const signals = median(await repeat(bytesOfSignal));
  return {
    question: 'How much heap does a guard() take while it is held, what it returns included?',
    rows: [
      { name: 'guard(send)', value: plain, unit: 'bytes', budget: MOST_BYTES, ok: plain <= MOST_BYTES },
      { name: 'guard(send, { signal }), a signal each', value: abortable - signals, unit: 'bytes' },
    ],
  };
}

async function repeat(measure: () => number | Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let round = 0; round < ROUNDS; round++) results.push(await measure());
  return results;
}

/** The growth of the heap by `COUNT` held guards, over that by the array which keeps them. */
async function bytesOfHeld(signalFor: (() => AbortSignal) | undefined): Promise<number> {
  const { session, refreshStarted, endRefresh } = await stuckSession('clock');
  const send = async (): Promise<{ status: number }> => ({ status: 200 });
  const calls: unknown[] = Array.from({ length: COUNT });
  const first = session.guard(send);
  await refreshStarted;

  const before = heapUsed();
  for (let index = 0; index < COUNT; index++) {
    calls[index] = session.guard(send, signalFor && { signal: signalFor() });
  }
  await allHeld(session, COUNT + 1);
  const bytes = (heapUsed() - before) / COUNT;

  endRefresh();
  await Promise.all([first, ...calls]);
  session.close();
  return bytes;
}

function bytesOfSignal(): number {
  const signals: unknown[] = Array.from({ length: COUNT });
  const before = heapUsed();
  for (let index = 0; index < COUNT; index++) signals[index] = new AbortController().signal;
  return (heapUsed() - before) / signals.length;
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
