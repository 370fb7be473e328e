import { deferred } from '../../support/deferred.js';
import type { World } from './world.js';

/** A route that judges a token on arrival, and answers when it is told to. */
export function slowRoute(world: World, path: string): { arrived: Promise<void>; answer(): void } {
  const arrived = deferred();
  const answered = deferred();
  world.route(path, async (request) => {
    const caller = world.server.authenticate(request);
    arrived.resolve();
    await answered.promise;
    return caller instanceof Response ? caller : Response.json(caller);
  });
  return { arrived: arrived.promise, answer: answered.resolve };
}

/** A route that leads elsewhere, whatever token it is asked with. */
export function redirect(
  world: World,
  path: string,
  location: string,
  status = 302,
  headers: Record<string, string> = {},
): void {
  world.route(path, () => new Response(null, { status, headers: { location, ...headers } }));
}
