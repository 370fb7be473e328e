import type { AxiosInstance } from 'axios';
import { bearer, statuses } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import type { Answer } from './support/answer.js';
import { compare } from './support/compare.js';
import { freshSession, LIVE, PATH, stubbedAxios } from './support/fixtures.js';

const BUDGET = 1.03;

export async function run(): Promise<Answer> {
  const guarded = stubbedAxios();
  guardAxios(guarded, await freshSession(), { attach: bearer(), judge: statuses({ refresh: [401] }) });

  const byHand = stubbedAxios();
  byHand.interceptors.request.use((config) => {
    config.headers.set('Authorization', `Bearer ${LIVE}`);
    return config;
  });

  const get = (client: AxiosInstance) => () => client.get(PATH);
  const { baselineUs, subjectUs, ratio } = await compare(get(guarded), get(byHand));
  const control = await compare(get(byHand), get(byHand));
  return {
    question: 'What does a guarded axios cost, against a bearer interceptor written by hand?',
    rows: [
      { name: 'interceptor by hand', value: baselineUs, unit: 'µs' },
      { name: 'guarded axios', value: subjectUs, unit: 'µs', ratio, budget: BUDGET, ok: ratio <= BUDGET },
      {
        name: 'noise: the interceptor against itself',
        value: control.subjectUs,
        unit: 'µs',
        ratio: control.ratio,
      },
    ],
  };
}
