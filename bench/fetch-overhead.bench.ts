import { bearer, statuses } from 'holdfast';
import { guardFetch } from 'holdfast/fetch';
import type { Answer } from './support/answer.js';
import { compare } from './support/compare.js';
import { freshSession, liveTokens, ORIGIN } from './support/fixtures.js';

const BUDGET = 1.03;

/** What every fetch does before and after the network: it makes a Request, and a Response. */
async function transport(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  return new Response('{"ok":true}', { status: request.url === '' ? 400 : 200 });
}

/** What one writes instead: the token in the header, and a look at the status. */
async function byHand(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set('Authorization', `Bearer ${liveTokens.accessToken}`);
  const response = await transport(input, { ...init, headers });
  if (response.status === 401) throw new Error('signed out');
  return response;
}

export async function run(): Promise<Answer> {
  const guarded = guardFetch(await freshSession(), {
    fetch: transport,
    origins: [ORIGIN],
    attach: bearer(),
    judge: statuses({ refresh: [401] }),
  });
  const url = `${ORIGIN}/orders?page=1`;
  const { baselineUs, subjectUs, ratio } = await compare(
    () => guarded(url),
    () => byHand(url),
  );
  const control = await compare(
    () => byHand(url),
    () => byHand(url),
  );
  return {
    question: 'What does a guarded fetch cost against a wrapper written by hand?',
    rows: [
      { name: 'fetch in a wrapper', value: baselineUs, unit: 'µs' },
      { name: 'guarded fetch', value: subjectUs, unit: 'µs', ratio, budget: BUDGET, ok: ratio <= BUDGET },
      { name: 'noise: the wrapper against itself', value: control.subjectUs, unit: 'µs', ratio: control.ratio },
    ],
  };
}
