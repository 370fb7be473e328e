import axios, { type AxiosAdapter, type AxiosInstance } from 'axios';
import { expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { createSession } from '../../src/index.js';

/** An instance for one server, which takes no tokens where it `rejects`. */
function apiAt(baseURL: string, rejects: boolean): AxiosInstance {
  const adapter: AxiosAdapter = (config) =>
    rejects
      ? Promise.reject(
          new axios.AxiosError('401', 'ERR_BAD_REQUEST', config, undefined, {
            data: '',
            status: 401,
            statusText: '',
            headers: {},
            config,
          }),
        )
      : Promise.resolve({ data: 'served', status: 200, statusText: '', headers: {}, config });
  return axios.create({ baseURL, adapter });
}

it('the same path of two servers is two endpoints: one that rejects everything costs the other no refresh', async () => {
  let refreshes = 0;
  const session = createSession<{ accessToken: string }>({
    refresh: () => ({ accessToken: `${++refreshes}` }),
    fruitlessRefreshes: { limit: 1 },
  });
  await session.signIn({ accessToken: '0' });
  const [bad, good] = [apiAt('https://bad.test', true), apiAt('https://good.test', false)];
  guardAxios(bad, session);
  guardAxios(good, session);
  await expect(bad.get('/orders')).rejects.toMatchObject({ response: { status: 401 } });
  await expect(bad.get('/orders')).rejects.toMatchObject({ kind: 'too-many' });
  // The first refresh that this one asks for.
  const late = good.create({ adapter: rejectOnce() });
  guardAxios(late, session);
  expect((await late.get('/orders')).data).toBe('served');
});

function rejectOnce(): AxiosAdapter {
  const [served, rejected] = [apiAt('', false), apiAt('', true)].map(
    ({ defaults }) => defaults.adapter as AxiosAdapter,
  );
  let sends = 0;
  return (config) => (sends++ ? served : rejected)!(config);
}
