import { once } from 'node:events';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { bearer, header, query, type Attach } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { reachable } from './support/reachable.js';
import { createWorld, type World } from './support/world.js';

const ATTACHED: [string, Attach<AuthServerTokens>][] = [
  ['bearer', bearer()],
  ['header', header('X-Token')],
  ['query', query(({ accessToken }) => ({ token: accessToken }))],
];

/** As axios 1.0 has it: the adapter itself, and no name for it. */
const asFunction = axios.getAdapter?.('http');

const ADAPTERS: [string, AxiosRequestConfig['adapter']][] = [
  ['http', 'http'],
  ['fetch', 'fetch'],
  ...(asFunction ? [['a function', asFunction] as [string, typeof asFunction]] : []),
];

type Scene = {
  readonly world: World;
  readonly client: AxiosInstance;
  /** Looks at something as it is at this moment. */
  look(value: unknown): void;
};

/** A body that comes in parts, of which the last does not come. */
function unfinished(): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('x'.repeat(2_000)));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/plain' } });
}

/** Reads a stream of Node or of the web to its end, or to its error. */
async function drain(stream: AsyncIterable<unknown>, look: (value: unknown) => void): Promise<void> {
  look(stream);
  try {
    for await (const part of stream) look(part);
  } catch (error) {
    look(error);
  }
  look(stream);
}

const MISHAPS: Record<string, (scene: Scene, call: AxiosRequestConfig) => Promise<void>> = {
  async 'a good reply'({ client, look }, call) {
    const response = await client.get('/api/echo', call);
    look(response);
    // What the server echoes is its own affair.
    response.data = call.responseType === 'stream' ? response.data : null;
    look(response);
  },
  async 'a 500'({ client, look, world }, call) {
    world.route('/api/x', () => new Response('broken', { status: 500 }));
    await client.get('/api/x', call).catch((error: { response: { data: unknown } }) => {
      look(error);
      look(error.response.data);
    });
  },
  async 'an abort in the middle of the reply'({ client, look, world }, call) {
    world.route('/api/x', unfinished);
    const controller = new AbortController();
    const answer = client.get('/api/x', {
      ...call,
      signal: controller.signal,
      onDownloadProgress: () => queueMicrotask(() => controller.abort()),
    });
    await answer.then(
      async (response) => {
        look(response);
        const read = drain(response.data as Readable, look);
        setTimeout(() => controller.abort());
        await read;
      },
      (error: unknown) => look(error),
    );
  },
  async 'a reply that is too long'({ client, look, world }, call) {
    world.route('/api/x', () => new Response('x'.repeat(50_000)));
    await client.get('/api/x', { ...call, maxContentLength: 1_000 }).then(
      (response) => drain(response.data as Readable, look),
      (error: unknown) => look(error),
    );
  },
  async 'a connection that breaks in the middle'({ client, look, world }, call) {
    world.route('/api/x', () => {
      setTimeout(() => void world.loopback.close(), 20);
      return unfinished();
    });
    await client.get('/api/x', call).then(
      (response) => drain(response.data as Readable, look),
      (error: unknown) => look(error),
    );
  },
  async 'a timeout'({ client, look, world }, call) {
    world.hold('/api/x');
    await client.get('/api/x', { ...call, timeout: 30 }).catch(look);
  },
  async 'too many redirects'({ client, look, world }, call) {
    world.route('/api/x', () => new Response(null, { status: 302, headers: { location: '/api/x' } }));
    await client.get('/api/x', { ...call, maxRedirects: 2 }).catch(look);
  },
  async 'a body that is too long'({ client, look }, call) {
    const body = new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(5_000)));
      },
    });
    body.on('error', look);
    const closed = once(body, 'close');
    await client.post('/api/x', body, { ...call, maxBodyLength: 9_000, timeout: 1_000 }).catch(look);
    body.destroy();
    await closed.catch(look);
    look(body);
  },
  async 'a server that is not there'({ client, look, world }, call) {
    await world.loopback.close();
    await client.get('/api/x', call).catch(look);
  },
  async 'a refused refresh'({ client, look, world }, call) {
    world.server.revokeAccess();
    world.server.revokeSessions();
    await client.get('/api/echo', call).catch((error: { response?: unknown; config?: unknown }) => {
      look(error);
      look(error.response);
      look(error.config);
    });
  },
  async 'what cannot be sent twice'({ client, look, world }, call) {
    world.server.revokeAccess();
    await client
      .get('/api/echo', { ...call, session: { replay: false } })
      .catch((error: { response?: unknown; config?: unknown }) => {
        look(error);
        look(error.response);
        look(error.config);
      });
  },
};

const RESPONSE_TYPES = ['json', 'stream'] as const;

describe.each(ADAPTERS)('over %s', (name, adapter) => {
  describe.each(name === 'a function' ? ATTACHED.slice(0, 1) : ATTACHED)(
    'secrets-nowhere, stream-errors, %s',
    (attachedBy, attach) => {
      it.each(Object.entries(MISHAPS))('after %s', async (__, mishap) => {
        for (const responseType of RESPONSE_TYPES) {
          const world = await createWorld({ session: { retry: { limit: 0 } } });
          const client = axios.create({ baseURL: world.origin, adapter: adapter! });
          guardAxios(client, world.session, { attach });
          // In the form in which it is sent, too.
          const secrets: string[] = [];
          const collect = (): void => {
            const tokens = world.session.current();
            if (tokens) secrets.push(tokens.accessToken, tokens.refreshToken);
          };
          collect();
          world.session.on('refreshed', collect);
          const seen: string[] = [];
          const look = (value: unknown): void => void seen.push(reachable(value));
          client.interceptors.response.use(
            (response) => (look({ ...response, data: null }), response),
            (error: Error) => {
              look(error);
              throw error;
            },
          );
          world.route('/api/echo', async (request) => {
            const answer = await world.server(request);
            return answer.ok ? Response.json({ fine: true }) : answer;
          });
          await mishap({ world, client, look }, { responseType, timeout: 5_000 });
          const printed = seen.join('\n');
          expect(secrets.length).toBeGreaterThan(1);
          for (const secret of secrets) {
            const at = printed.indexOf(secret);
            // Not `toContain`: a failure would print all of it.
            expect(at < 0 ? '' : `${attachedBy}, ${responseType}: ${printed.slice(at - 200, at + 9)}…`).toBe(
              '',
            );
          }
          expect(seen.length).toBeGreaterThan(0);
        }
      });
    },
  );
});

it.each(ADAPTERS)('secrets-nowhere: not in what is hidden either, over %s', async (_, adapter) => {
  const world = await createWorld();
  const client = axios.create({ baseURL: world.origin, adapter: adapter! });
  guardAxios(client, world.session);
  world.route('/api/good', () => Response.json({}));
  world.route('/api/bad', () => new Response('broken', { status: 500 }));
  const token = world.session.current()?.accessToken ?? '';
  const isPrinted = (value: unknown): boolean =>
    inspect(value, { showHidden: true, depth: null, maxStringLength: null }).includes(token);

  expect(isPrinted(await client.get('/api/good'))).toBe(false);
  expect(isPrinted(await client.get('/api/bad').catch((error: unknown) => error))).toBe(false);
  await world.loopback.close();
  expect(isPrinted(await client.get('/api/bad').catch((error: unknown) => error))).toBe(false);
});

it('secrets-nowhere: an agent in the config shows no request that is on its way', async () => {
  const world = await createWorld();
  const httpAgent = new Agent({ keepAlive: true });
  const client = axios.create({ baseURL: world.origin, adapter: 'http', httpAgent });
  guardAxios(client, world.session);
  world.route('/api/slow', () => Response.json({}));
  world.route('/api/bad', () => new Response('broken', { status: 500 }));
  const slow = world.hold('/api/slow');
  const answer = client.get('/api/slow');
  await slow.waiting(1);
  const error: unknown = await client.get('/api/bad').catch((thrown: unknown) => thrown);
  const token = world.session.current()?.accessToken ?? '';
  for (const printed of [reachable(error), inspect(error, { showHidden: true, depth: null })])
    expect(printed.includes(token)).toBe(false);
  slow.open();
  expect((await answer).status).toBe(200);
  expect(Object.keys(httpAgent.sockets)).toHaveLength(0);
  httpAgent.destroy();
});
