/** A process in which one library imports Holdfast and another requires it: what one copy made, the other guards. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import axios from 'axios';
import * as esm from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import { guardFetch } from 'holdfast/fetch';

const require = createRequire(import.meta.url);
/** @type {typeof esm} */
const cjs = require('holdfast');
/** @type {{ guardAxios: typeof guardAxios }} */
const { guardAxios: guardAxiosOfCjs } = require('holdfast/axios');
assert.notEqual(cjs.createSession, esm.createSession);

const ORIGIN = 'https://api.example.com';
const CLIENT = { origins: [ORIGIN] };

await guards(cjs, 'a session of the CommonJS copy');
await guards(esm, 'a session of the ES copy');
await recognisesErrors();
await takesTheOthersPlace();
await knowsTheOthersAttempts();
console.log('OK');

/**
 * @param {typeof esm} copy
 * @param {string} whose
 */
async function guards({ createSession }, whose) {
  const { session, refreshes } = await signedIn(createSession);
  const { api, sends } = createApi();
  guardAxios(api, session, CLIENT);
  guardAxiosOfCjs(createApi().api, session, CLIENT);
  assert.deepEqual(
    (await Promise.all([api.get('/a'), api.get('/b')])).map(({ status }) => status),
    [200, 200],
    whose,
  );
  assert.deepEqual([refreshes(), sends()], [1, 4], whose);

  const reply = await guardFetch(session, {
    ...CLIENT,
    fetch: async (_, init) => new Response(headersOf(init)),
  })(ORIGIN);
  assert.equal(await reply.text(), 'Bearer new-secret', whose);
}

async function recognisesErrors() {
  for (const copy of [esm, cjs]) {
    const error = await refusalOf(copy);
    assert.ok(esm.isHoldfastError(error, 'invalid-option'));
    assert.ok(cjs.isHoldfastError(error, 'invalid-option'));
  }
  const { session } = await signedIn(cjs.createSession);
  const { api } = createApi();
  guardAxios(api, session, CLIENT);
  const ended = api.get('/a');
  await session.signOut();
  await assert.rejects(ended, (error) => esm.isHoldfastError(error, 'session-ended'));
}

async function takesTheOthersPlace() {
  const { session, refreshes } = await signedIn(esm.createSession);
  const { api, sends } = createApi();
  guardAxiosOfCjs(api, session, CLIENT);
  const unguard = guardAxios(api, session, CLIENT);
  await api.get('/a');
  assert.deepEqual([refreshes(), sends()], [1, 2]);
  unguard();
  await assert.rejects(api.get('/a'), { message: /401/ });
}

/** A mock over the guard of one copy, itself guarded by the other, lets a request through to what it found. */
async function knowsTheOthersAttempts() {
  const { session } = await signedIn(esm.createSession);
  const { api, sends } = createApi({ always: 401 });
  guardAxiosOfCjs(api, session, CLIENT);
  const found = api.defaults.adapter;
  assert.ok(typeof found === 'function');
  api.defaults.adapter = (config) => found(config);
  guardAxios(api, session, CLIENT);
  await assert.rejects(api.get('/a'), { message: /401/ });
  assert.equal(sends(), 2);
}

/** @param {typeof esm} copy */
async function refusalOf({ createSession }) {
  try {
    // @ts-expect-error it is to be refused
    createSession({ refresh: 'not a function' });
  } catch (error) {
    return error;
  }
  return undefined;
}

/** @param {typeof esm.createSession} createSession */
async function signedIn(createSession) {
  let refreshes = 0;
  const session = createSession({
    refresh: () => {
      refreshes += 1;
      return { accessToken: 'new-secret' };
    },
  });
  await session.signIn({ accessToken: 'old-secret' });
  return { session, refreshes: () => refreshes };
}

/** An instance whose server takes the new token alone. */
function createApi({ always = 0 } = {}) {
  let sends = 0;
  const api = axios.create({
    baseURL: ORIGIN,
    adapter: async (config) => {
      sends += 1;
      const status = always || (config.headers.get('Authorization') === 'Bearer new-secret' ? 200 : 401);
      const response = { config, data: '', headers: {}, status, statusText: '' };
      if (status === 200) return response;
      throw new axios.AxiosError(
        `Request failed with status code ${status}`,
        'ERR',
        config,
        undefined,
        response,
      );
    },
  });
  return { api, sends: () => sends };
}

/** @param {RequestInit | undefined} init */
function headersOf(init) {
  return new Headers(init?.headers).get('Authorization');
}
