import { inspect } from 'node:util';
import axios, { AxiosError, isAxiosError, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { isHoldfastError } from '../../src/index.js';
import { signedIn } from './support/guarded.js';
import { failureOf } from './support/subjects.js';
import { createWorld, type World } from './support/world.js';

type Failure = {
  code: string;
  message: string;
  config: InternalAxiosRequestConfig;
  response?: { status: number; data: unknown; config: InternalAxiosRequestConfig };
};

async function scene(): Promise<{ world: World; client: AxiosInstance }> {
  const world = await createWorld({ session: { retry: { limit: 0 } } });
  const client = axios.create({ baseURL: world.origin });
  guardAxios(client, world.session);
  return { world, client };
}

describe('an error of Holdfast in axios', () => {
  it('carries the caller’s config and the reply that was rejected', async () => {
    const { world, client } = await scene();
    world.server.revokeAccess();
    const seen: unknown[] = [];
    client.interceptors.response.use(undefined, (error: Error & Failure) => {
      seen.push([error.config.url, error.response?.status, error.response?.data]);
      return Promise.reject(error);
    });
    const failure = (await failureOf(client.get('/api/echo', { session: { replay: false } }))) as Failure;
    expect(isHoldfastError(failure, 'not-replayable')).toBe(true);
    expect(seen).toEqual([['/api/echo', 401, expect.any(Object)]]);
    expect(failure.response?.config).toBe(failure.config);
    expect(failure.config.headers.has('Authorization')).toBe(false);
  });

  it('carries the config alone where nothing was sent', async () => {
    const { world, client } = await scene();
    world.expire();
    world.server.failNextRefresh('unavailable');
    const failure = (await failureOf(client.post('/api/echo', { n: 1 }))) as Failure;
    expect(failure).toMatchObject({ code: 'refresh-failed', config: { method: 'post' } });
    expect(failure.response).toBeUndefined();
  });

  it('is each caller’s own, though many wait for one refresh', async () => {
    const { world, client } = await scene();
    world.expire();
    world.server.failNextRefresh('unavailable');
    const urls = ['/api/echo?1', '/api/echo?2', '/api/echo?3'];
    const failures = (await Promise.all(urls.map((url) => failureOf(client.get(url))))) as Failure[];
    expect(failures.map(({ config }) => config.url)).toEqual(urls);
    expect(failures.length).toBeGreaterThan(1);
    for (const failure of failures) expect(isHoldfastError(failure, 'refresh-failed')).toBe(true);
  });

  it('says of another what it says, where one is shared', async () => {
    const details = { code: 'refresh-failed', kind: 'offline' };
    const shared = Object.assign(new Error('text'), { name: 'HoldfastError', ...details });
    const client = axios.create({ baseURL: 'https://api.test', adapter: () => Promise.reject(shared) });
    guardAxios(client, await signedIn());
    const failures = await Promise.all(['/1', '/2'].map((url) => failureOf(client.get(url))));
    const [one, two] = failures as Failure[];
    expect([one?.config.url, two?.config.url]).toEqual(['/1', '/2']);
    expect(two).toMatchObject({ message: 'text', ...details });
  });

  it('is none of axios, and shows neither config nor response to who prints it', async () => {
    const { world, client } = await scene();
    world.server.revokeAccess();
    const failure = await failureOf(client.get('/api/echo', { session: { replay: false } }));
    expect(isAxiosError(failure)).toBe(false);
    expect(inspect(failure)).not.toMatch(/\[config\]|config:|response:|reply:/);
    expect(Object.keys(failure as object)).toEqual(['name', 'code']);
  });
});

describe('what is thrown in place of a reply', () => {
  /** What the session is told of an error that has no reply, as a browser has it for a 401 without CORS headers. */
  async function verdictOn(code: string): Promise<unknown> {
    const world = await createWorld();
    const verdicts: unknown[] = [];
    const guard: typeof world.session.guard = async (send, options) => {
      try {
        return await send(world.session.current());
      } catch (error) {
        verdicts.push(await options?.judgeThrown?.(error));
        throw error;
      }
    };
    const client = axios.create({
      baseURL: world.origin,
      adapter: (config) => Promise.reject(new AxiosError('Network Error', code, config, {})),
    });
    guardAxios(
      client,
      { ...world.session, guard },
      {
        judge: ({ status, error }) => (status === 0 && error ? 'refresh' : 'pass'),
      },
    );
    expect(await failureOf(client.get('/x'))).toMatchObject({ code });
    return verdicts[0];
  }

  it('is judged', async () => {
    expect(await verdictOn('ERR_NETWORK')).toBe('refresh');
  });

  const BROKEN_OFF = ['ECONNABORTED', 'ETIMEDOUT', 'ERR_CANCELED'];
  it.each(BROKEN_OFF)('passes where the caller’s own %s broke it off', async (code) => {
    expect(await verdictOn(code)).toBe('pass');
  });
});

describe('own-scheme: credentials of the caller’s own', () => {
  it.each([
    ['a header', { headers: { authorization: 'Basic YTpi' } }],
    ['a header of several', { headers: { Authorization: ['Basic YTpi'] as never } }],
    ['auth of axios', { auth: { username: 'a', password: 'b' } }],
  ])('in %s go out untouched, and their 401 is the caller’s', async (_, call) => {
    const { world, client } = await scene();
    const failure = await failureOf(client.get('/api/echo', call));
    expect(failure).toMatchObject({ status: 401 });
    expect(world.sends.map(({ headers }) => headers['authorization'])).toEqual(['Basic YTpi']);
    expect(world.server.counters.refreshes).toBe(0);
  });

  it('do so before the store has been read, too', async () => {
    const world = await createWorld({ signedIn: false });
    const client = axios.create({ baseURL: world.origin });
    guardAxios(client, world.session);
    await failureOf(client.get('/api/echo', { auth: { username: 'a', password: 'b' } }));
    expect(world.sends.map(({ headers }) => headers['authorization'])).toEqual(['Basic YTpi']);
  });

  it('that are an earlier interceptor’s Bearer make way', async () => {
    const { world, client } = await scene();
    await client.get('/api/echo', { headers: { Authorization: 'Bearer left-over' } });
    expect(world.sends[0]?.headers['authorization']).toBe(`Bearer ${world.session.current()?.accessToken}`);
  });
});
