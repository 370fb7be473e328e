import axios, { type AxiosInstance } from 'axios';
import { bearer, statuses } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import type { Answer } from './support/answer.js';
import { compare } from './support/compare.js';
import { freshSession, liveTokens, ORIGIN } from './support/fixtures.js';

const BUDGET = 1.03;

/** An instance whose transport answers at once. */
function instance(): AxiosInstance {
  return axios.create({
    baseURL: ORIGIN,
    adapter: async (config) => ({
      data: '{"ok":true}',
      status: 200,
      statusText: 'OK',
      headers: { 'content-type': 'application/json' },
      config,
    }),
  });
}

export async function run(): Promise<Answer> {
  const guarded = instance();
  guardAxios(guarded, await freshSession(), { attach: bearer(), judge: statuses({ refresh: [401] }) });

  const byHand = instance();
  byHand.interceptors.request.use((config) => {
    config.headers.set('Authorization', `Bearer ${liveTokens.accessToken}`);
    return config;
  });

  const get = (client: AxiosInstance) => () => client.get('/orders', { params: { page: 1 } });
  const { baselineUs, subjectUs, ratio } = await compare(get(guarded), get(byHand));
  const control = await compare(get(byHand), get(byHand));
  return {
    question: 'What does a guarded axios cost against a bearer interceptor written by hand?',
    rows: [
      { name: 'axios with an interceptor', value: baselineUs, unit: 'µs' },
      { name: 'guarded axios', value: subjectUs, unit: 'µs', ratio, budget: BUDGET, ok: ratio <= BUDGET },
      { name: 'noise: the interceptor against itself', value: control.subjectUs, unit: 'µs', ratio: control.ratio },
    ],
  };
}
