import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { guardFetch } from '../../src/clients/fetch.js';
import { envelope, isHoldfastError } from '../../src/index.js';
import { createSession, type Session } from '../../src/session/session.js';

type Tokens = { accessToken: string; refreshToken: string };

/** A session whose refresh the server refuses, or answers. */
async function signedIn(refusal?: object): Promise<Session<Tokens>> {
  const session = createSession<Tokens>({
    refresh: () =>
      refusal
        ? Promise.reject(Object.assign(new Error('refused'), refusal))
        : { accessToken: 'second-secret', refreshToken: 'refresh-secret' },
  });
  await session.signIn({ accessToken: 'first-secret', refreshToken: 'refresh-secret' });
  return session;
}

function axiosOn(session: Session<Tokens>, answer: (token: string) => { status: number; data?: unknown }) {
  const api = axios.create({
    baseURL: 'https://api.example.com',
    // eslint-disable-next-line typescript/require-await
    async adapter(config: InternalAxiosRequestConfig) {
      const { status, data } = answer(String(config.headers.get('Authorization')));
      if (status === 0) throw new AxiosError('Network Error', 'ERR_NETWORK', config);
      const response = { status, statusText: '', headers: {}, config, data, request: {} };
      if (status >= 400) throw new AxiosError('failed', 'ERR_BAD_REQUEST', config, {}, response);
      return response;
    },
  });
  guardAxios(api, session, {
    judge: ({ status, error }) => (status === 401 || (status === 0 && error) ? 'refresh' : 'pass'),
  });
  return api;
}

describe('what a caller is told', () => {
  it('by axios after a refused refresh: the request, and the reply it had come to', async () => {
    const session = await signedIn({ status: 400 });
    const api = axiosOn(session, () => ({ status: 401, data: { msg: '登录已过期' } }));
    const seen: unknown[] = [];
    api.interceptors.response.use(undefined, (error: AxiosError) => {
      seen.push(error.response?.status, error.config?.url);
      return Promise.reject(error);
    });
    const error: unknown = await api.get('/orders').catch((thrown: unknown) => thrown);
    expect(isHoldfastError(error, 'session-ended') && error.reason).toBe('refresh-rejected');
    expect(seen).toEqual([401, '/orders']);
    expect((error as AxiosError).response?.data).toEqual({ msg: '登录已过期' });
  });

  it('by fetch after a refused refresh: the reply, which can still be read', async () => {
    const session = await signedIn({ status: 400 });
    const api = guardFetch(session, {
      origins: ['https://api.example.com'],
      fetch: () => Promise.resolve(Response.json({ msg: '登录已过期' }, { status: 401 })),
    });
    const error: unknown = await api('https://api.example.com/orders').catch((thrown: unknown) => thrown);
    expect(isHoldfastError(error, 'session-ended')).toBe(true);
    expect(await (error as { reply: Response }).reply.json()).toEqual({ msg: '登录已过期' });
  });

  it('by an envelope that signs out: what the server said', async () => {
    const session = await signedIn();
    const ended: unknown[] = [];
    session.on('ended', (event) => ended.push(event));
    const api = guardFetch(session, {
      origins: ['https://api.example.com'],
      judge: envelope({ code: 'code', refresh: [40101], signOut: [40199], note: 'msg' }),
      fetch: () => Promise.resolve(Response.json({ code: 40199, msg: '您的账号已在别处登录' })),
    });
    await expect(api('https://api.example.com/orders')).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'server',
      note: '您的账号已在别处登录',
    });
    expect(ended).toMatchObject([{ reason: 'server', by: 'here', note: '您的账号已在别处登录' }]);
  });
});

describe('a rejection without a status', () => {
  it('is refreshed and sent again where a judge of axios says so', async () => {
    const session = await signedIn();
    const api = axiosOn(session, (token) => ({ status: token === 'Bearer second-secret' ? 200 : 0 }));
    expect((await api.get('/orders')).status).toBe(200);
  });

  it('is refreshed and sent again where a judge of fetch says so', async () => {
    const session = await signedIn();
    const api = guardFetch(session, {
      origins: ['https://api.example.com'],
      judge: ({ error }) => (error ? 'refresh' : 'pass'),
      fetch: (_, init) =>
        new Headers(init?.headers).get('authorization') === 'Bearer second-secret'
          ? Promise.resolve(new Response('ok'))
          : Promise.reject(new TypeError('Failed to fetch')),
    });
    expect(await (await api('https://api.example.com/orders')).text()).toBe('ok');
  });
});
