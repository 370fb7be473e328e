import type { Stage } from '../../stage/stage.js';

/**
 * Resolves once the client has taken in every reply that left the server before: two round trips behind it cannot be
 * faster than what they follow.
 */
export async function takenIn({ server }: Stage): Promise<void> {
  await server.seen();
  await server.seen();
}
