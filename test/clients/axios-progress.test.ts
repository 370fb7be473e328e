import axios, { type AxiosAdapter, type AxiosProgressEvent } from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { createSession } from '../../src/index.js';
import { guardedAxios } from './support/guarded.js';
import { createRevokedWorld } from './support/world.js';

type Told = Pick<AxiosProgressEvent, 'loaded' | 'total'> & { event?: unknown };

describe.each(['http', 'fetch'] as const)('replay-progress, over %s', (adapter) => {
  it('shows the bytes of no rejected reply', async () => {
    const world = await createRevokedWorld();
    world.route('/api/x', async ({ url, headers }) => {
      const answer = await world.server(new Request(url.replace('/x', '/echo'), { headers }));
      return answer.ok ? new Response('x'.repeat(300)) : new Response('y'.repeat(5), { status: 401 });
    });
    const client = axios.create({ baseURL: world.origin, adapter });
    guardAxios(client, world.session);
    const seen: number[] = [];
    await client.get('/api/x', { onDownloadProgress: ({ loaded }) => seen.push(loaded) });
    await expect.poll(() => seen.at(-1)).toBe(300);
    expect(seen).not.toContain(5);
  });

  it('of an upload never goes back', async () => {
    const world = await createRevokedWorld();
    const client = guardedAxios(world, { adapter });
    const seen: number[] = [];
    const onUploadProgress = ({ loaded }: AxiosProgressEvent): void => void seen.push(loaded);
    await client.post('/api/echo', Buffer.alloc(200_000), { onUploadProgress });
    expect(world.sends).toHaveLength(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(200_000);
  });
});

describe('download progress', () => {
  /** Tells of its replies what the test wants told. */
  async function telling(first: Told[], second: Told[]): Promise<Told[]> {
    const session = createSession<{ accessToken: string }>({ refresh: () => ({ accessToken: 'good' }) });
    await session.signIn({ accessToken: 'dead' });
    const seen: Told[] = [];
    const late: (() => void)[] = [];
    const adapter: AxiosAdapter = (config) => {
      const isDead = config.headers.get('Authorization') === 'Bearer dead';
      for (const event of isDead ? first : second) config.onDownloadProgress?.(event as AxiosProgressEvent);
      late.push(() => config.onDownloadProgress?.({ loaded: -1 } as AxiosProgressEvent));
      const status = isDead ? 401 : 200;
      return Promise.resolve({ data: '', status, statusText: '', headers: {}, config });
    };
    const client = axios.create({ baseURL: 'https://api.test', adapter });
    guardAxios(client, session);
    await client.get('/x', { onDownloadProgress: (event) => seen.push(event) });
    for (const tell of late) tell();
    return seen;
  }
  const xhr = (status: number, type: string): object => ({
    target: { status, getResponseHeader: () => type },
  });

  it('is told once at the end where the reply is small, and as ever afterwards', async () => {
    const last = { loaded: 20, total: 20 };
    expect(await telling([{ loaded: 9, total: 9 }], [{ loaded: 10, total: 20 }, last])).toEqual([
      last,
      { loaded: -1 },
    ]);
  });

  it('is told as it comes where the reply is long', async () => {
    const long = [10, 70_000].map((loaded) => ({ loaded, total: 70_000 }));
    expect(await telling([], long)).toEqual([...long, { loaded: -1 }]);
  });

  it('is told from 64 KiB on where nobody knows how long it will be', async () => {
    const events = [{ loaded: 10 }, { loaded: 65_536 }, { loaded: 65_537 }];
    expect(await telling([{ loaded: 5 }], events)).toEqual([{ loaded: 65_537 }, { loaded: -1 }]);
  });

  it('is told as it comes to who reads a reply while it is on its way', async () => {
    const streamed = [5, 10].map((loaded) => ({ loaded, event: xhr(200, 'text/event-stream') }));
    const refused = [{ loaded: 5, event: xhr(401, 'text/plain') }];
    expect(await telling(refused, streamed)).toEqual([...streamed, { loaded: -1 }]);
    const json = [5, 10].map((loaded) => ({ loaded, event: xhr(200, 'application/json; charset=utf-8') }));
    expect(await telling(refused, json)).toEqual([json[1], { loaded: -1 }]);
  });
});
