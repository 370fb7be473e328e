import { describe, expect, it } from 'vitest';
import type { GuardedFetch } from '../../src/clients/fetch.js';
import { envelope } from '../../src/index.js';
import { deferred } from '../support/deferred.js';
import { guardedFetch } from './support/guarded.js';
import { createWorld, type World } from './support/world.js';

const DEAD = JSON.stringify({ errcode: 42001 });

async function judged(): Promise<{ world: World; client: GuardedFetch }> {
  const world = await createWorld();
  const judge = envelope({ code: 'errcode', refresh: [42001] });
  return { world, client: guardedFetch(world, { judge }) };
}

/** A reply of these pieces that then goes on in silence. */
function endless(type: string, ...parts: string[]): Response {
  const left = parts.map((part) => new TextEncoder().encode(part));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next) controller.enqueue(next);
      return next ? undefined : deferred().promise;
    },
  });
  return new Response(body, { headers: { 'content-type': type } });
}

describe('a code in a body', () => {
  it.each([
    'application/JSON',
    'text/html; charset=utf-8',
    'Text/JavaScript',
    'application/x-javascript',
    'text/plain',
    'application/problem+json',
  ])('is found whatever its type says: %s', async (type) => {
    for (const body of [DEAD, `\uFEFF ${DEAD}\n`]) {
      const { world, client } = await judged();
      let sends = 0;
      world.route(
        '/api/x',
        () => new Response(++sends === 1 ? body : '{}', { headers: { 'content-type': type } }),
      );
      expect(await (await client(`${world.origin}/api/x`)).text()).toBe('{}');
      expect(world.server.counters.refreshes).toBe(1);
    }
  });

  it('is found in JSON that is followed by more', async () => {
    const { world, client } = await judged();
    let sends = 0;
    world.route('/api/x', () =>
      ++sends === 1 ? endless('application/json', DEAD, '\n') : Response.json({ ok: true }),
    );
    expect(await (await client(`${world.origin}/api/x`)).json()).toEqual({ ok: true });
  });

  it.each([
    ['text/event-stream', `data: ${DEAD}\n\n`],
    ['text/event-stream', DEAD],
    ['application/x-ndjson', DEAD],
    ['application/octet-stream', DEAD],
    ['text/plain', 'tick\n'],
    ['text/plain', '{"tick":1}\n'],
  ])('is not waited for in what has no end: %s, %j', async (type, part) => {
    const { world, client } = await judged();
    world.route('/api/x', () => endless(type, part));
    const response = await client(`${world.origin}/api/x`);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(part);
    await reader?.cancel();
    expect(world.server.counters.refreshes).toBe(0);
  });

  it('is not looked for in a download', async () => {
    const { world, client } = await judged();
    const headers = { 'content-type': 'application/json', 'content-disposition': 'attachment' };
    world.route('/api/x', () => new Response(DEAD, { headers }));
    expect(await (await client(`${world.origin}/api/x`)).text()).toBe(DEAD);
    expect(world.server.counters.refreshes).toBe(0);
  });

  it('leaves a long body to the caller, whole', async () => {
    const { world, client } = await judged();
    const long = JSON.stringify({ filler: 'x'.repeat(1_500_000), errcode: 42001 });
    world.route('/api/x', () => new Response(long, { headers: { 'content-type': 'application/json' } }));
    expect(await (await client(`${world.origin}/api/x`)).text()).toBe(long);
    expect(world.server.counters.refreshes).toBe(0);
  });
});
