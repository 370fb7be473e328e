import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import FormDataOfNode from 'form-data';
import { describe, expect, it } from 'vitest';
import { query, type Attach } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { guardedAxios } from './support/guarded.js';
import { createRevokedWorld, type World } from './support/world.js';

type Scene = { readonly world: World; readonly client: AxiosInstance };

/** Its tokens are dead, and only the server knows. */
async function scene(
  adapter: 'http' | 'fetch' = 'http',
  attach?: Attach<AuthServerTokens>,
  defaults: AxiosRequestConfig = {},
): Promise<Scene> {
  const world = await createRevokedWorld();
  return { world, client: guardedAxios(world, { adapter, ...defaults }, attach && { attach }) };
}

/** A class of the caller’s own. */
class Paging {
  n = 1;
}

function asQuery(pairs: [string, unknown][]): string {
  return pairs.map((pair) => pair.join('=')).join('&');
}

const byQuery = query(({ accessToken }: AuthServerTokens) => ({ token: accessToken }));

/** What arrived, first and again: without the tokens, which differ. */
function arrived({ sends }: World): string[] {
  return sends.map(({ url, bytes }) => url.replace(/[?&]token=[^&]*/, '') + Buffer.from(bytes).toString());
}

/** Calls while the refresh is held, changes something at once, and lets go. */
async function changedWhileHeld(
  { world }: Scene,
  call: () => Promise<unknown>,
  change: () => void,
): Promise<void> {
  world.expire();
  const gate = world.hold('/auth/refresh');
  const answer = call();
  change();
  await gate.waiting(1);
  gate.open();
  await answer;
}

describe.each(['http', 'fetch'] as const)('arguments-reused, over %s', (adapter) => {
  it('three calls with one URLSearchParams for params are three requests', async () => {
    const made = await scene(adapter);
    const params = new URLSearchParams();
    await changedWhileHeld(
      made,
      async () => {
        const calls = [];
        for (const page of ['1', '2', '3']) {
          params.set('page', page);
          calls.push(made.client.get('/api/echo', { params }));
        }
        await Promise.all(calls);
      },
      () => params.set('page', '4'),
    );
    expect(new Set(arrived(made.world))).toEqual(
      new Set(['/api/echo?page=1', '/api/echo?page=2', '/api/echo?page=3']),
    );
  });

  it('params and a form of classes that are made of something else are sent as what they are', async () => {
    const { world, client } = await scene('fetch');
    class Page extends URLSearchParams {
      constructor(page: { n: string }) {
        super();
        this.set('page', page.n);
      }
    }
    class PageForm extends FormData {
      constructor(page: { n: string }) {
        super();
        this.set('page', page.n);
      }
    }
    const page = { n: 'two' };
    expect((await client.get('/api/echo', { params: new Page(page) })).status).toBe(200);
    expect((await client.post('/api/echo', new PageForm(page))).status).toBe(200);
    const [first, again, form = ''] = arrived(world);
    expect([first, again]).toEqual(['/api/echo?page=two', '/api/echo?page=two']);
    expect(form).toContain('two');
  });

  const PARAMS: [string, () => object, (params: never) => void, string][] = [
    ['a plain object', () => ({ n: 1 }), (value: { n: number }) => (value.n = 2), 'n=1'],
    [
      'objects in an array',
      () => ({ f: [{ n: 1 }] }),
      (value: { f: { n: number }[] }) => (value.f[0]!.n = 2),
      'f[0][n]=1',
    ],
    [
      'a date',
      () => ({ at: new Date(0) }),
      (value: { at: Date }) => value.at.setTime(1e9),
      'at=1970-01-01T00:00:00.000Z',
    ],
    ['what a class made', () => new Paging(), (value: { n: number }) => (value.n = 2), 'n=1'],
  ];
  it.each(PARAMS)('params that are %s go out as they were at the call', async (_, make, change, expected) => {
    const made = await scene(adapter);
    const params = make();
    await changedWhileHeld(
      made,
      () => made.client.get('/api/echo', { params }),
      () => change(params as never),
    );
    expect(arrived(made.world).map(decodeURIComponent)).toEqual([`/api/echo?${expected}`]);
  });

  const one = (): Uint8Array<ArrayBuffer> => new TextEncoder().encode('one').slice();
  const setTwo = (value: URLSearchParams | FormData): void => value.set('n', 'two');
  const BODIES: [string, () => unknown, (body: never) => void, RegExp][] = [
    ['a Buffer', () => Buffer.from('one'), (value: Buffer) => value.write('two'), /one/],
    ['an ArrayBuffer', () => one().buffer, (value: ArrayBuffer) => new Uint8Array(value).fill(50), /one/],
    ['bytes', one, (value: Uint8Array) => value.fill(50), /one/],
    ['a URLSearchParams', () => new URLSearchParams('n=one'), setTwo, /n=one/],
    ['a FormData', () => formOf(new FormData()), setTwo, /one/],
    ['an object', () => ({ n: 'one' }), (value: { n: string }) => (value.n = 'two'), /"one"/],
  ];
  it.each(BODIES)(
    'a body that is %s goes out as it was at the call, also again',
    async (_, make, change, expected) => {
      for (const isHeld of [true, false]) {
        const made = await scene(adapter);
        const body = make();
        if (isHeld) {
          await changedWhileHeld(
            made,
            () => made.client.post('/api/echo', body),
            () => change(body as never),
          );
        } else {
          const gate = made.world.hold('/auth/refresh');
          const answer = made.client.post('/api/echo', body);
          await gate.waiting(1);
          change(body as never);
          gate.open();
          await answer;
        }
        const sent = arrived(made.world);
        expect(sent).toHaveLength(isHeld ? 1 : 2);
        expect(sent.length).toBeGreaterThan(0);
        for (const text of sent) expect(text).toMatch(expected);
      }
    },
  );

  it('a URL object is taken as axios takes it, and read at the call', async () => {
    const made = await scene(adapter);
    const url = new URL(`${made.world.origin}/api/echo?page=1`);
    await changedWhileHeld(
      made,
      () => made.client.get(url as never),
      () => {
        url.searchParams.set('page', '2');
        url.port = '1';
      },
    );
    expect(arrived(made.world)).toEqual(['/api/echo?page=1']);
  });
});

function formOf(form: FormData): FormData {
  form.append('n', 'one');
  form.append('file', new Blob(['content']), 'name.txt');
  return form;
}

describe('params with a token in the query', () => {
  it.each([
    ['null', null, ''],
    ['nothing', undefined, ''],
    ['a URLSearchParams', new URLSearchParams('a=1&token=old'), '?a=1'],
    ['an object', { a: 1, token: 'old' }, '?a=1'],
  ])('are %s', async (_, params, expected) => {
    const { world, client } = await scene('http', byQuery);
    await client.get('/api/echo', { params });
    expect(arrived(world)).toEqual([`/api/echo${expected}`, `/api/echo${expected}`]);
    expect(world.sends.map(({ url }) => url.match(/token=/g)?.length)).toEqual([1, 1]);
  });

  it('reach a serializer as what they are', async () => {
    class Filter {
      a = 1;
      toQuery(): string {
        return asQuery(Object.entries(this));
      }
    }
    const seen: unknown[] = [];
    const { world, client } = await scene('http', byQuery);
    const params = new Filter();
    await client.get('/api/echo', {
      params,
      paramsSerializer: { serialize: (value: Filter) => (seen.push(value), value.toQuery()) },
    });
    expect(seen.every((value) => value instanceof Filter)).toBe(true);
    expect(arrived(world)).toEqual(['/api/echo?a=1', '/api/echo?a=1']);
    expect(params).toEqual({ a: 1 });
  });

  it.each([
    ['a Map', new Map([['a', '1']]), (value: unknown) => asQuery([...(value as Map<string, string>)])],
    ['a text', 'a=1', (value: unknown) => value as string],
  ])('reach a serializer as %s', async (_, params, serialize) => {
    const { world, client } = await scene('http', byQuery);
    await client.get('/api/echo', { params, paramsSerializer: { serialize } });
    expect(arrived(world)).toEqual(['/api/echo?a=1', '/api/echo?a=1']);
  });

  it('leaves what the caller gave as it is', async () => {
    const { client } = await scene('http', byQuery);
    const params = new URLSearchParams('a=1');
    const map = new Map([['b', '2']]);
    const { config } = await client.get('/api/echo', { params });
    await client.get('/api/echo', {
      params: map,
      paramsSerializer: {
        serialize: (value: Map<string, string>) => new URLSearchParams([...value]).toString(),
      },
    });
    expect([String(params), String(config.params), [...map]]).toEqual(['a=1', 'a=1', [['b', '2']]]);
  });
});

describe('a form of the package form-data', () => {
  it.each(['http', 'fetch'] as const)('is sent again, over %s', async (adapter) => {
    const { world, client } = await scene(adapter);
    await client.postForm('/api/echo', { a: 1, nested: { b: [2, 3] }, file: Buffer.from('bytes') });
    const [first, second] = world.sends;
    expect(second?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(Buffer.from(second!.bytes).toString()).toMatch(/name="nested\[b\]\[0\]"/);
    expect(second?.bytes).toEqual(first?.bytes);
    expect(second?.headers['content-length']).toBe(first?.headers['content-length']);
  });

  it('that the caller made is sent as it was at the call, and stays readable', async () => {
    const { world, client } = await scene();
    const form = new FormDataOfNode();
    form.append('a', 'one');
    await client.post('/api/echo', form, { headers: form.getHeaders() });
    expect(world.sends).toHaveLength(2);
    expect(Buffer.from(world.sends[1]!.bytes)).toEqual(form.getBuffer());
  });

  it('sets no header of its own where the caller wants only those of the content', async () => {
    const { world, client } = await scene();
    const form = new FormDataOfNode();
    form.append('a', 'one');
    const headers = form.getHeaders({ 'x-form': 'yes' });
    Object.assign(form, { getHeaders: () => headers });
    await client.post('/api/echo', form);
    await client.post('/api/echo', form, { formDataHeaderPolicy: 'content-only' } as object);
    expect(world.sends.map((send) => send.headers['x-form'])).toEqual(['yes', 'yes', undefined]);
  });
});
