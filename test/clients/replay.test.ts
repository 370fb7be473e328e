import { Readable } from 'node:stream';
import { AxiosHeaders, type AxiosInstance, type AxiosResponse, type CreateAxiosDefaults } from 'axios';
import { describe, expect, it } from 'vitest';
import type { GuardedFetch } from '../../src/clients/fetch.js';
import { deferred } from '../support/deferred.js';
import { guardedAxios, guardedFetch } from './support/guarded.js';
import { failureOf, SUBJECTS } from './support/subjects.js';
import { createRevokedWorld, createWorld, type Arrival, type World } from './support/world.js';

const BYTES = Uint8Array.from({ length: 300 }, (_, index) => index % 256);

function form(): FormData {
  const data = new FormData();
  data.append('title', 'Grüße, 你好');
  data.append('file', new File([BYTES], 'bytes.bin', { type: 'application/octet-stream' }));
  return data;
}

const BODIES: [string, () => BodyInit | undefined, string?][] = [
  ['a string', () => 'plain text, 你好', 'text/plain'],
  ['JSON', () => JSON.stringify({ b: 1, a: [2, null], text: '你好' }), 'application/json'],
  ['URLSearchParams', () => new URLSearchParams({ q: 'a b&c', again: 'ü' })],
  ['a form with a file', form],
  ['a Blob', () => new Blob([BYTES], { type: 'image/png' }), 'image/png'],
  ['an ArrayBuffer', () => BYTES.buffer.slice(0), 'application/octet-stream'],
  ['a typed array', () => BYTES.slice(10, 200), 'application/octet-stream'],
  ['an empty POST', () => undefined],
];

/** The same form has another boundary each time it is sent. */
function comparable({ bytes }: Arrival): string {
  const body = Buffer.from(bytes).toString('latin1');
  const boundary = /^--(\S+)\r\n/.exec(body)?.[1];
  return boundary ? body.replaceAll(boundary, 'BOUNDARY') : body;
}

function withoutToken({ headers }: Arrival): Record<string, string> {
  const { authorization: _, 'content-type': type = '', ...rest } = headers;
  return { ...rest, type: type.replace(/boundary=\S+/, 'boundary') };
}

/** The two sends of the one request that was made. */
function twice({ sends }: World): [Arrival, Arrival] {
  const [first, second, another] = sends;
  if (!first || !second || another) throw new Error(`expected two sends, got ${sends.length}`);
  return [first, second];
}

describe.each(SUBJECTS)('replaying faithfully, $name', ({ make }) => {
  it.each(BODIES)('replay-body: %s', async (_, body, type) => {
    const world = await createWorld();
    const client = make(world.origin, world.session);
    const headers = type === undefined ? {} : { 'content-type': type };
    const sent = body();
    const call = { method: 'POST', headers, ...(sent !== undefined && { body: sent }) };
    // What the bare client sends is what both sends must be.
    await client('/api/echo', { ...call, session: { skip: true } });
    world.server.revokeAccess();
    expect((await client('/api/echo', call)).status).toBe(200);
    const [bare, ...both] = world.sends;
    if (!bare || both.length !== 2) throw new Error('expected one bare send and two');
    for (const send of both) {
      expect(comparable(send)).toBe(comparable(bare));
      expect(withoutToken(send)).toEqual(withoutToken(bare));
    }
    expect(both[0]?.headers['authorization']).not.toBe(both[1]?.headers['authorization']);
  });

  it('replay-url: an absolute URL with an encoded query', async () => {
    const world = await createWorld();
    world.server.revokeAccess();
    const path = '/api/echo?q=a%20b+c&empty=&twice=1&twice=2&%E4%BD%A0';
    expect((await make(world.origin, world.session)(world.origin + path)).status).toBe(200);
    const [first, second] = twice(world);
    expect([first.url, second.url]).toEqual([path, path]);
  });

  it('replay-headers: only the token differs', async () => {
    const world = await createWorld();
    world.server.revokeAccess();
    const headers = { 'X-Custom': 'kept', 'content-type': 'application/vnd.odd+json', authorization: 'mine' };
    const call = { method: 'PUT', headers, body: '{}' };
    const frozen = JSON.stringify(call);
    await make(world.origin, world.session)('/api/echo', call);
    const [first, second] = twice(world);
    expect(withoutToken(first)).toEqual(withoutToken(second));
    expect(first.headers).toMatchObject({ 'x-custom': 'kept', 'content-type': 'application/vnd.odd+json' });
    expect(first.headers['authorization']).toMatch(/^Bearer /);
    expect(JSON.stringify(call)).toBe(frozen);
  });

  it('refuses to replay where `replay` is false, and refreshes for the others', async () => {
    const world = await createWorld();
    const client = make(world.origin, world.session, { replay: false });
    world.server.revokeAccess();
    const failure = await failureOf(client('/api/echo', { method: 'POST', body: 'pay' }));
    expect(failure).toMatchObject({ code: 'not-replayable', reply: { status: 401 } });
    expect(world.sends).toHaveLength(1);
    const answer = await client('/api/echo', { method: 'POST', body: 'pay', session: { replay: true } });
    expect(answer.status).toBe(200);
    expect(world.server.counters.refreshes).toBe(1);
  });
});

describe('replaying through axios', () => {
  async function guarded(config?: CreateAxiosDefaults): Promise<{ world: World; client: AxiosInstance }> {
    const world = await createRevokedWorld();
    return { world, client: guardedAxios(world, config) };
  }

  it('replay-body: an object is serialised once', async () => {
    const { world, client } = await guarded();
    let serialised = 0;
    const data = { n: 1, toJSON: () => ({ n: ++serialised }) };
    await client.post('/api/echo', data);
    expect(twice(world).map(comparable)).toEqual(['{"n":1}', '{"n":1}']);
  });

  it('replay-url: relative to the base, with params and a serializer', async () => {
    const { world, client } = await guarded();
    await client.get('/api/echo', {
      params: { ids: [1, 2], text: 'a b' },
      paramsSerializer: ({ ids }: { ids: number[] }) => `ids=${ids.join('-')}&text=a%20b`,
    });
    const [first, second] = twice(world);
    expect([first.url, second.url]).toEqual(Array(2).fill('/api/echo?ids=1-2&text=a%20b'));
  });

  it('replay-headers: AxiosHeaders, common and per-method headers survive', async () => {
    const { world, client } = await guarded();
    client.defaults.headers.common['X-Common'] = 'common';
    client.defaults.headers.post['X-Post'] = 'post';
    const headers = new AxiosHeaders({ 'X-Own': 'own' });
    await client.post('/api/echo', {}, { headers });
    for (const send of twice(world))
      expect(send.headers).toMatchObject({ 'x-common': 'common', 'x-post': 'post', 'x-own': 'own' });
    expect(headers.toJSON()).toEqual({ 'X-Own': 'own' });
  });

  it('replay-interceptors: interceptors and transforms run once a call', async () => {
    const { world, client } = await guarded();
    const ran: string[] = [];
    client.interceptors.request.use((config) => (ran.push('request'), config));
    client.interceptors.response.use((response) => (ran.push('response'), response.data as AxiosResponse));
    const data: unknown = await client.post(
      '/api/echo',
      { n: 1 },
      {
        transformRequest: (body: unknown) => (ran.push('transformRequest'), JSON.stringify(body)),
        transformResponse: (body: string) => (ran.push('transformResponse'), JSON.parse(body) as unknown),
      },
    );
    expect(data).toMatchObject({ body: '{"n":1}' });
    expect(ran).toEqual(['request', 'transformRequest', 'transformResponse', 'response']);
    expect(world.sends).toHaveLength(2);
  });

  it('replay-stream: the caller gets not-replayable, the others new tokens', async () => {
    const { world, client } = await guarded();
    const failure = await failureOf(client.post('/api/echo', Readable.from(['a', 'b'])));
    expect(failure).toMatchObject({ code: 'not-replayable', reply: { status: 401 } });
    expect((await client.get('/api/echo')).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 1, rejected: 1 });
  });

  it('replay-progress: upload and download progress arrive', async () => {
    const { client } = await guarded();
    const uploaded: number[] = [];
    const downloaded: number[] = [];
    await client.post('/api/echo', 'x'.repeat(5_000), {
      onUploadProgress: ({ loaded }) => uploaded.push(loaded),
      onDownloadProgress: ({ loaded }) => downloaded.push(loaded),
    });
    expect(uploaded.at(-1)).toBe(5_000);
    expect(downloaded.at(-1)).toBeGreaterThan(5_000);
  });

  const types = ['json', 'text', 'arraybuffer', 'blob', 'stream'] as const;
  it.each(types)('replay-response-types: %s', async (responseType) => {
    // Only the fetch adapter knows blobs in Node.
    const { client } = await guarded(responseType === 'blob' ? { adapter: 'fetch' } : {});
    const { data } = await client.get<unknown>('/api/echo?n=1', { responseType });
    expect(JSON.parse(await textOf(data))).toMatchObject({ query: 'n=1' });
  });

  it('no-mutation: config, headers and params stay as the caller made them', async () => {
    const { client } = await guarded();
    const config = { headers: { 'X-Own': 'own' }, params: { a: 1 }, session: { tag: 'own' } };
    await client.get('/api/echo', Object.freeze(config));
    expect(config).toEqual({ headers: { 'X-Own': 'own' }, params: { a: 1 }, session: { tag: 'own' } });
  });

  it.each(['http', 'fetch'] as const)('rejected-response-released: over %s', async (adapter) => {
    const { world, client } = await guarded({ adapter });
    const { isReleased } = endlessRejection(world);
    const { data } = await client.get<Readable | ReadableStream>('/api/endless', { responseType: 'stream' });
    expect(await textOf(data)).toBe('{}');
    await isReleased;
  });
});

describe('replaying through fetch', () => {
  async function guarded(): Promise<{ world: World; client: GuardedFetch; url: string }> {
    const world = await createRevokedWorld();
    return { world, client: guardedFetch(world), url: `${world.origin}/api/echo` };
  }

  it('replay-stream: the caller gets not-replayable, the others new tokens', async () => {
    const { world, client, url } = await guarded();
    const body = new Blob(['streamed']).stream();
    const failure = await failureOf(client(url, { method: 'POST', body, duplex: 'half' } as RequestInit));
    expect(failure).toMatchObject({ code: 'not-replayable', reply: { status: 401 } });
    expect((await client(url)).status).toBe(200);
    expect(world.server.counters).toMatchObject({ refreshes: 1, rejected: 1 });
  });

  it('replay-request-object: a Request with a body is sent twice, and again by its owner', async () => {
    const { world, client, url } = await guarded();
    const request = new Request(url, { method: 'POST', body: 'mine', headers: { 'x-custom': 'kept' } });
    expect((await client(request)).status).toBe(200);
    expect(request.bodyUsed).toBe(false);
    expect((await client(request)).status).toBe(200);
    expect(world.sends.map(comparable)).toEqual(['mine', 'mine', 'mine']);
    expect(world.sends.map(({ headers }) => headers['x-custom'])).toEqual(['kept', 'kept', 'kept']);
    expect(await request.text()).toBe('mine');
    expect(request.headers.has('authorization')).toBe(false);
  });

  it('replay-request-object: init goes over what the Request says', async () => {
    const { world, client, url } = await guarded();
    const request = new Request(url, { method: 'POST', body: 'mine', headers: { a: '1' } });
    await client(request, { method: 'PUT', body: 'theirs', headers: { b: '2' } });
    for (const send of twice(world)) {
      expect([send.method, comparable(send)]).toEqual(['PUT', 'theirs']);
      expect(send.headers).toMatchObject({ b: '2' });
      expect(send.headers).not.toHaveProperty('a');
    }
  });

  it('replay-request-object: a Request in the place of init', async () => {
    const { world, client, url } = await guarded();
    const request = new Request('http://elsewhere.test/', { method: 'POST', body: 'mine' });
    expect((await client(url, request)).status).toBe(200);
    expect(twice(world).map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(twice(world).map(comparable)).toEqual(['mine', 'mine']);
  });

  it('takes a URL object', async () => {
    const { client, url } = await guarded();
    expect((await client(new URL(url))).status).toBe(200);
  });

  it('replay-response-types: the reply reads as any other', async () => {
    const { client, url } = await guarded();
    const response = await client(url);
    expect(response.bodyUsed).toBe(false);
    expect((await response.blob()).size).toBeGreaterThan(0);
  });

  it('no-mutation: init stays as the caller made it', async () => {
    const { client, url } = await guarded();
    const headers = new Headers({ 'x-own': 'own' });
    await client(url, Object.freeze({ headers, session: { tag: 'own' } }));
    expect([...headers]).toEqual([['x-own', 'own']]);
  });

  it('rejected-response-released: the body of the first reply is cancelled', async () => {
    const { world, client } = await guarded();
    const { isReleased } = endlessRejection(world);
    const response = await client(`${world.origin}/api/endless`);
    expect(await response.text()).toBe('{}');
    await isReleased;
  });
});

/** A 401 whose body never ends: only who lets go of it frees the connection. */
function endlessRejection(world: World): { isReleased: Promise<void> } {
  const released = deferred();
  let isFirst = true;
  world.route('/api/endless', () => {
    if (!isFirst) return Response.json({});
    isFirst = false;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
      cancel: released.resolve,
    });
    return new Response(body, { status: 401 });
  });
  return { isReleased: released.promise };
}

async function textOf(data: unknown): Promise<string> {
  if (data instanceof Readable) return (await data.toArray()).join('');
  if (typeof data === 'string' || (typeof data === 'object' && data?.constructor === Object))
    return typeof data === 'string' ? data : JSON.stringify(data);
  return await new Response(data as BodyInit).text();
}
