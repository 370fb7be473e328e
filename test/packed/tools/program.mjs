/**
 * What every tool is given to load, bundle or run. It is in syntax that the oldest of them can parse, and needs nothing
 * of the platform: what answers is written here.
 */
import axios from 'axios';
import { createSession } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import { guardFetch } from 'holdfast/fetch';
import { tabsStore } from 'holdfast/tabs';
import { createAuthServer, manualClock } from 'holdfast/testing';
import { webStore } from 'holdfast/web';

const ORIGIN = 'https://api.example.com';
const CLIENT = { origins: [ORIGIN] };
const FRESH = 'Bearer new-secret';

/** Resolves to `OK` once a refresh has served a request of each client. */
export async function main() {
  for (const it of [createAuthServer, manualClock, tabsStore, webStore])
    if (typeof it !== 'function') throw new Error('an entry is missing');

  let refreshes = 0;
  const session = createSession({
    refresh: () => {
      refreshes += 1;
      return { accessToken: 'new-secret' };
    },
  });

  await session.signIn({ accessToken: 'old-secret' });
  const api = axios.create({ baseURL: ORIGIN, adapter: answerAxios });
  guardAxios(api, session, CLIENT);
  const { status } = await api.get('/orders');

  await session.signIn({ accessToken: 'old-secret' });
  const guarded = guardFetch(session, Object.assign({ fetch: answerFetch }, CLIENT));
  const reply = await guarded(`${ORIGIN}/orders`);

  if (status !== 200 || reply.status !== 200 || refreshes !== 2) throw new Error('not served');
  return 'OK';
}

/** @type {import('axios').AxiosAdapter} */
async function answerAxios(config) {
  const isFresh = config.headers.get('Authorization') === FRESH;
  const response = { config, data: '', headers: {}, status: isFresh ? 200 : 401, statusText: '' };
  if (isFresh) return response;
  throw Object.assign(new Error('Request failed with status code 401'), { response });
}

/**
 * @param {unknown} _input
 * @param {RequestInit} [init]
 */
async function answerFetch(_input, init) {
  const { Authorization } = /** @type {{ Authorization?: string }} */ (init ? init.headers : {});
  const reply = {
    status: Authorization === FRESH ? 200 : 401,
    headers: { get: () => null },
    redirected: false,
  };
  // There is no `Response` under jsdom.
  return /** @type {Response} */ (/** @type {unknown} */ (reply));
}
