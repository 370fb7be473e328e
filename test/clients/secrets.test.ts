import { inspect } from 'node:util';
import axios, { type AxiosInstance } from 'axios';
import { describe, expect, it } from 'vitest';
import { guardAxios } from '../../src/clients/axios.js';
import { guardFetch, type GuardedFetch } from '../../src/clients/fetch.js';
import { bearer, header, query, type Attach } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { failureOf } from './support/subjects.js';
import { createWorld, type World } from './support/world.js';

const ATTACHED: [string, Attach<AuthServerTokens>][] = [
  ['bearer', bearer()],
  ['header', header('X-Token')],
  ['query', query(({ accessToken }) => ({ token: accessToken }))],
];

/** Everything that a logger, a reporter or a careless developer would print. */
function printed(value: unknown): string {
  const { stack, message } = (value ?? {}) as Error;
  return [inspect(value, { depth: 10 }), String(value), stack, message, JSON.stringify(value)].join('\n');
}

type Setting = { readonly world: World; readonly axios: AxiosInstance; readonly fetch: GuardedFetch };

async function setting(attach: Attach<AuthServerTokens>): Promise<Setting> {
  const world = await createWorld({ session: { retry: { limit: 0 } } });
  const instance = axios.create({ baseURL: world.origin, timeout: 2_000 });
  guardAxios(instance, world.session, { attach });
  const guarded = guardFetch(world.session, { attach, origins: [world.origin] });
  return {
    world,
    axios: instance,
    fetch: (input, init) => guarded(typeof input === 'string' ? world.origin + input : input, init),
  };
}

type Mishap = (setting: Setting) => Promise<unknown>;

const MISHAPS: Record<string, Mishap> = {
  'a status that axios refuses': ({ axios: client }) => failureOf(client.get('/api/always-401')),
  'a 500': ({ axios: client, world }) => {
    world.route('/api/x', () => new Response('broken', { status: 500 }));
    return failureOf(client.post('/api/x', { a: 1 }));
  },
  'a reply that is too long': ({ axios: client }) =>
    failureOf(client.get('/api/echo', { maxContentLength: 1 })),
  'too many redirects': ({ axios: client, world }) => {
    world.route('/api/x', () => new Response(null, { status: 302, headers: { location: '/api/x' } }));
    return failureOf(client.get('/api/x', { maxRedirects: 2 }));
  },
  'a reply that is no JSON': ({ axios: client, world }) => {
    world.route('/api/x', () => new Response('<html>'));
    return failureOf(
      client.get('/api/x', { transitional: { silentJSONParsing: false }, responseType: 'json' }),
    );
  },
  'a connection that breaks, axios': async ({ axios: client, world }) => {
    await world.loopback.close();
    return failureOf(client.get('/api/echo'));
  },
  'a connection that breaks, axios over fetch': async ({ axios: client, world }) => {
    client.defaults.adapter = 'fetch';
    await world.loopback.close();
    return failureOf(client.get('/api/echo'));
  },
  'a connection that breaks, fetch': async ({ fetch: guarded, world }) => {
    await world.loopback.close();
    return failureOf(guarded('/api/echo'));
  },
  'a timeout': ({ axios: client, world }) => {
    world.hold('/api/echo');
    return failureOf(client.get('/api/echo', { timeout: 20 }));
  },
  'an abort on the way': async ({ axios: client, fetch: guarded, world }) => {
    const gate = world.hold('/api/echo');
    const controller = new AbortController();
    const { signal } = controller;
    const failures = [
      failureOf(client.get('/api/echo', { signal })),
      failureOf(guarded('/api/echo', { signal })),
    ];
    await gate.waiting(2);
    controller.abort();
    return Promise.all(failures);
  },
  'a refused refresh': async ({ axios: client, fetch: guarded, world }) => {
    world.expire();
    world.server.revokeSessions();
    return Promise.all([failureOf(client.get('/api/echo')), failureOf(guarded('/api/echo'))]);
  },
  'a failed refresh': async ({ axios: client, fetch: guarded, world }) => {
    world.expire();
    world.server.failNextRefresh('unavailable', { retryAfter: 5 });
    return Promise.all([failureOf(client.get('/api/echo')), failureOf(guarded('/api/echo'))]);
  },
  'what cannot be sent twice': async ({ axios: client, fetch: guarded, world }) => {
    world.server.revokeAccess();
    const session = { replay: false };
    return Promise.all([
      failureOf(client.get('/api/echo', { session })),
      failureOf(guarded('/api/echo', { session })),
    ]);
  },
  'a reply that is good': ({ axios: client }) => client.get('/api/echo'),
};

describe.each(ATTACHED)('secrets-nowhere, %s', (_, attach) => {
  it.each(Object.entries(MISHAPS))('after %s', async (__, mishap) => {
    const made = await setting(attach);
    const { session } = made.world;
    const secrets: string[] = [];
    const collect = (): void => {
      const tokens = session.current();
      if (tokens) secrets.push(tokens.accessToken, tokens.refreshToken);
    };
    collect();
    session.on('refreshed', collect);
    const outcome = await mishap(made);
    const told = [outcome].flat().map(printed).join('\n');
    const shown = [session, session.history(), session.snapshot()].map(printed).join('\n');
    for (const secret of secrets) {
      // Not `toContain`: a failure would print what it is about.
      expect(told.includes(secret)).toBe(false);
      expect(shown.includes(secret)).toBe(false);
    }
    expect(secrets.length).toBeGreaterThan(0);
  });
});

it('leaves the request of an error to whoever asks for it', async () => {
  const { axios: client } = await setting(bearer());
  const failure = await failureOf(client.get('/api/always-401'));
  const { request, response } = failure as { request: { path: string }; response: { request: unknown } };
  expect(request.path).toBe('/api/always-401');
  expect(response.request).toBe(request);
});
