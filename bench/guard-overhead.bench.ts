import type { Answer } from './support/answer.js';
import { compare } from './support/compare.js';
import { freshSession } from './support/fixtures.js';

const BUDGET_US = 0.25;

export async function run(): Promise<Answer> {
  const session = await freshSession();
  const reply = { status: 200 };
  const send = async (): Promise<typeof reply> => reply;

  const guarded = await compare(() => session.guard(send), send);
  const control = await compare(send, send);
  return {
    question: 'What does guard() add to an async call that resolves at once?',
    rows: [
      { name: 'the call', value: guarded.baselineUs, unit: 'µs' },
      { name: 'the call under guard()', value: guarded.subjectUs, unit: 'µs' },
      {
        name: 'what guard() adds',
        value: guarded.differenceUs,
        unit: 'µs',
        budget: BUDGET_US,
        ok: guarded.differenceUs <= BUDGET_US,
      },
      { name: 'noise: the call against itself', value: control.differenceUs, unit: 'µs' },
    ],
  };
}
