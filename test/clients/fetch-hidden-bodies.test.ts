import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bearer, query } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { guardedFetch } from './support/guarded.js';
import { createRevokedWorld } from './support/world.js';

// Firefox and many polyfills do not show the body of a Request.
beforeEach(() => {
  vi.spyOn(Request.prototype, 'body', 'get').mockReturnValue(undefined as never);
});
afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ['a header', bearer<AuthServerTokens>()],
  ['a query', query<AuthServerTokens>(({ accessToken }) => ({ token: accessToken }))],
])('a Request whose body is not shown is sent again with it, tokens in %s', async (_, attach) => {
  const world = await createRevokedWorld();
  const bodies: string[] = [];
  world.route('/api/x', async (request) => {
    bodies.push(await request.text());
    return new Response(null, { status: bodies.length === 1 ? 401 : 200 });
  });
  const client = guardedFetch(world, { attach });
  const request = new Request(`${world.origin}/api/x`, { method: 'POST', body: 'x' });
  expect((await client(request)).status).toBe(200);
  expect(bodies).toEqual(['x', 'x']);
});
