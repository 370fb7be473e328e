import type { TokenStore } from '../../src/sharing/token-store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { setUp, signedIn, tokensNumber, type Tokens, type World } from '../session/set-up.js';

/** How long a claim holds where no option says otherwise. */
export const LEASE_MS = 45_000;

/** The same store without the hints. */
export function silent({ read, compareAndSet, exclusive }: TokenStore<Tokens>): TokenStore<Tokens> {
  return { read, compareAndSet, ...(exclusive && { exclusive }) };
}

/** Two sessions over one store and by one clock. The first has signed in. */
export async function pair(store: TokenStore<Tokens>): Promise<[World, World]> {
  const clock = manualClock();
  const one = await signedIn({ store }, tokensNumber(1), clock);
  return [one, setUp({ store }, clock)];
}

/** Another tab has claimed, and says nothing any more. */
export async function deadClaim(store: TokenStore<Tokens>, world: World, locked = false): Promise<void> {
  const record = await store.read();
  if (record === null) throw new Error('expected a record');
  const sentAt = world.clock.now();
  const claim = { fence: record.fence + 1, claimedAt: sentAt, until: sentAt + LEASE_MS, locked };
  await store.compareAndSet(record, { ...record, fence: claim.fence, claim });
}
