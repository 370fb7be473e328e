import { readFile } from 'node:fs/promises';
import axios, { type AxiosError } from 'axios';
import FormDataOfNode from 'form-data';
import { describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { guardAxios } from '../../src/clients/axios.js';
import { header, isHoldfastError } from '../../src/index.js';
import { reachable } from './support/reachable.js';
import { failureOf } from './support/subjects.js';
import { createWorld } from './support/world.js';

// What a bundle for browsers has in their place (`browser` in package.json).
vi.mock('../../src/clients/axios/node/http.js', () => import('../../src/clients/axios/page/http.js'));
vi.mock('../../src/clients/axios/node/forms.js', () => import('../../src/clients/axios/page/forms.js'));

describe('the client as it is bundled for browsers, on a machine that has none', () => {
  it.each(['http', 'fetch'] as const)('keeps its tokens to itself, over %s', async (adapter) => {
    const world = await createWorld();
    const elsewhere = await createWorld();
    elsewhere.route('/there', ({ headers }) => Response.json({ token: headers.get('x-token') }));
    world.route('/away', () => Response.redirect(`${elsewhere.origin}/there`));
    const client = axios.create({ baseURL: world.origin, adapter });
    guardAxios(client, world.session, { attach: header('X-Token') });
    const token = world.session.current()?.accessToken ?? 'none';

    expect((await client.get<unknown>('/away')).data).toEqual({ token: null });
    expect(world.sends[0]?.headers['x-token']).toBe(token);
    expect(elsewhere.sends).toHaveLength(1);
    world.route('/fails', () => new Response(null, { status: 500 }));
    const failure = await failureOf(client.get('/fails'));
    expect(failure).toMatchObject({ response: { status: 500 } });
    expect((failure as AxiosError).config?.headers['X-Token']).toBeUndefined();
    expect(reachable(failure)).not.toContain(token);
  });

  it.each(['http', 'fetch'] as const)('refuses a redirect where it is to, over %s', async (adapter) => {
    const world = await createWorld();
    const elsewhere = await createWorld();
    world.route('/away', () => Response.redirect(`${elsewhere.origin}/there`));
    const client = axios.create({ baseURL: world.origin, adapter });
    guardAxios(client, world.session, { crossOriginRedirects: 'refuse' });
    expect(await failureOf(client.get('/away'))).toBeInstanceOf(TypeError);
    expect(elsewhere.sends).toEqual([]);
  });

  it('sends no form of Node twice, which it takes for a stream', async () => {
    const world = await createWorld();
    world.server.revokeAccess();
    const client = axios.create({ baseURL: world.origin, adapter: 'http' });
    guardAxios(client, world.session);
    const form = new FormDataOfNode();
    form.append('name', 'value');
    const failure = await failureOf(client.post('/api/echo', form));
    expect(isHoldfastError(failure, 'not-replayable')).toBe(true);
  });
});

describe('what a bundle for browsers has in the place of what only Node needs', () => {
  const pairs = Object.entries(manifest.browser).map(([node, page]) =>
    [node, page].map((file) => file.replace(/^\.\/dist\/(?:esm|cjs)\//, 'src/').replace(/js$/, 'ts')),
  );

  it.each(pairs)('%s: %s has the same functions', async (node = '', page = '') => {
    const [ofNode, ofPage] = await Promise.all([node, page].map(async (file) => exportsOf(file)));
    expect(ofNode).not.toEqual([]);
    expect(ofPage).toEqual(ofNode);
  });
});

async function exportsOf(file: string): Promise<string[]> {
  const source = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  return [...source.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name = '']) => name).sort();
}
