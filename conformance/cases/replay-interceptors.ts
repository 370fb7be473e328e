import type { AxiosResponse } from 'axios';
import type { ConformanceCase } from '../case.js';
import { sentTwice } from './support/sent-twice.js';
import { startLongSession } from './support/long-session.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The app has interceptors of its own, one of which unwraps replies, and a request is rejected and sent again.',
  why: 'A replay that is a request of its own passes all of them a second time, and what was unwrapped is unwrapped again ([axios-auth-refresh#187](https://github.com/Flyrell/axios-auth-refresh/issues/187)).',
  right: 'Each of them runs once for the call, and the caller gets what the last one returned.',
  needs: ['rejection', 'axios'],
  async run(stage) {
    const { axios } = await startLongSession(stage);
    if (!axios) return stage.fail('has no axios instance');
    const ran = { request: 0, response: 0 };
    const received: unknown[] = [];
    axios.interceptors.request.use((config) => {
      ran.request += 1;
      return config;
    });
    axios.interceptors.response.use((response) => {
      ran.response += 1;
      return response.data as AxiosResponse;
    });
    await sentTwice(stage, 'the request', async () => {
      received.push(await axios.get(stage.path()));
      return { status: 200 };
    });
    const [body] = received as [{ path?: string } | undefined];
    if (body?.path !== '/api/echo') stage.fail('the caller does not get the unwrapped reply');
    for (const which of ['request', 'response'] as const)
      if (ran[which] !== 1) stage.fail(`the ${which} interceptor runs ${ran[which]} times for one call`);
  },
};
