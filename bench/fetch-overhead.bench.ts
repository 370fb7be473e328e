import { bearer, statuses } from 'holdfast';
import { guardFetch } from 'holdfast/fetch';
import type { Answer } from './support/answer.js';
import { compare } from './support/compare.js';
import { freshSession, LIVE, ORIGIN, PATH, stubbedFetch } from './support/fixtures.js';

const BUDGET = 1.03;

/** What one writes instead: the token in the header, and a look at the status. */
async function byHand(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set('Authorization', `Bearer ${LIVE}`);
  const response = await stubbedFetch(input, { ...init, headers });
  if (response.status === 401) throw new Error('signed out');
  return response;
}

export async function run(): Promise<Answer> {
  const guarded = guardFetch(await freshSession(), {
    fetch: stubbedFetch,
    origins: [ORIGIN],
    attach: bearer(),
    judge: statuses({ refresh: [401] }),
  });
  // Read to the end, as axios does too: a reply that nobody reads is no reply.
  const get = (client: typeof fetch) => async () => (await client(ORIGIN + PATH)).json();
  const { baselineUs, subjectUs, ratio } = await compare(get(guarded), get(byHand));
  const control = await compare(get(byHand), get(byHand));
  return {
    question: 'What does a guarded fetch cost, against a wrapper written by hand?',
    rows: [
      { name: 'wrapper by hand', value: baselineUs, unit: 'µs' },
      { name: 'guarded fetch', value: subjectUs, unit: 'µs', ratio, budget: BUDGET, ok: ratio <= BUDGET },
      {
        name: 'noise: the wrapper against itself',
        value: control.subjectUs,
        unit: 'µs',
        ratio: control.ratio,
      },
    ],
  };
}
