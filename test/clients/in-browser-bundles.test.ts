import axios, { type AxiosError } from 'axios';
import FormDataOfNode from 'form-data';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios/browser.js';
import { guardFetch } from '../../src/clients/fetch/browser.js';
import { header, isHoldfastError } from '../../src/index.js';
import { reachable } from './support/reachable.js';
import { redirect } from './support/routes.js';
import { failureOf } from './support/subjects.js';
import { createWorld, type World } from './support/world.js';

/** `/away` of the first leads to `/there` of the second. */
async function twoWorlds(): Promise<{ world: World; elsewhere: World; token: string }> {
  const [world, elsewhere] = await Promise.all([createWorld(), createWorld()]);
  redirect(world, '/away', `${elsewhere.origin}/there`);
  elsewhere.route('/there', ({ headers }) => Response.json({ token: headers.get('x-token') }));
  return { world, elsewhere, token: world.session.current()?.accessToken ?? 'none' };
}

const attach = header<{ accessToken: string }>('X-Token');

// A test runner or a bundler may take what is made for browsers and run it elsewhere.
describe('guardAxios as browsers have it, in Node', () => {
  it('takes its tokens off on the way to where none may go, over http', async () => {
    const { world, elsewhere, token } = await twoWorlds();
    const client = axios.create({ baseURL: world.origin, adapter: 'http' });
    guardAxios(client, world.session, { attach });
    expect((await client.get<unknown>('/away')).data).toEqual({ token: null });
    expect(world.sends.map(({ headers }) => headers['x-token'])).toEqual([token]);
    expect(elsewhere.sends).toHaveLength(1);
  });

  it('follows no redirect with tokens over fetch, which cannot take them off', async () => {
    const { world, elsewhere } = await twoWorlds();
    const client = axios.create({ baseURL: world.origin, adapter: 'fetch' });
    guardAxios(client, world.session, { attach });
    expect(await failureOf(client.get('/away'))).toMatchObject({ message: /crossOriginRedirects/ });
    expect(elsewhere.sends).toEqual([]);
    // Some platforms take no `redirect: 'error'`, also where nothing is redirected.
    world.route('/here', () => Response.json('here'));
    const { redirect: asked } = ((await client.get('/here')) as { request: Request }).request;
    expect(asked).toBe('manual');
  });

  it.each(['http', 'fetch'] as const)('refuses a redirect where it is told to, over %s', async (adapter) => {
    const { world, elsewhere } = await twoWorlds();
    const client = axios.create({ baseURL: world.origin, adapter });
    guardAxios(client, world.session, { crossOriginRedirects: 'refuse' });
    await failureOf(client.get('/away'));
    expect(elsewhere.sends).toEqual([]);
  });

  it.each(['http', 'fetch'] as const)('shows no token in an error or a reply, over %s', async (adapter) => {
    const { world, token } = await twoWorlds();
    const client = axios.create({ baseURL: world.origin, adapter });
    guardAxios(client, world.session, { attach });
    world.route('/works', () => new Response('yes'));
    world.route('/fails', () => new Response(null, { status: 500 }));
    const reply = await client.get('/works');
    const failure = await failureOf(client.get('/fails'));
    expect((failure as AxiosError).config?.headers['X-Token']).toBeUndefined();
    expect(world.sends.map(({ headers }) => headers['x-token'])).toEqual([token, token]);
    for (const told of [reply, failure]) expect(reachable(told)).not.toContain(token);
  });

  it('sends no form of Node twice, which it takes for a stream', async () => {
    const { world } = await twoWorlds();
    world.server.revokeAccess();
    const client = axios.create({ baseURL: world.origin, adapter: 'http' });
    guardAxios(client, world.session);
    const form = new FormDataOfNode();
    form.append('name', 'value');
    const failure = await failureOf(client.post('/api/echo', form));
    expect(isHoldfastError(failure, 'not-replayable')).toBe(true);
  });
});

describe('guardFetch as browsers have it, in Node', () => {
  it('follows no redirect that would take tokens along', async () => {
    const { world, elsewhere } = await twoWorlds();
    const guarded = guardFetch(world.session, { origins: [world.origin], attach });
    expect(await failureOf(guarded(`${world.origin}/away`))).toMatchObject({
      message: expect.stringContaining('crossOriginRedirects') as string,
    });
    world.route('/here', () => new Response(null, { status: 204 }));
    expect((await guarded(`${world.origin}/here`)).status).toBe(204);
    expect(elsewhere.sends).toEqual([]);
  });

  it('follows one where fetch itself takes them off', async () => {
    const { world, elsewhere } = await twoWorlds();
    const guarded = guardFetch(world.session, { origins: [world.origin] });
    expect((await guarded(`${world.origin}/away`)).status).toBe(200);
    expect(elsewhere.sends[0]?.headers['authorization']).toBeUndefined();
  });

  it('refuses one where it is told to', async () => {
    const { world, elsewhere } = await twoWorlds();
    const guarded = guardFetch(world.session, {
      origins: [world.origin],
      crossOriginRedirects: 'refuse',
    });
    expect(await failureOf(guarded(`${world.origin}/away`))).toBeInstanceOf(TypeError);
    expect(elsewhere.sends).toEqual([]);
  });
});
