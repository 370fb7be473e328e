import { expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { claimed, renewed, type SessionRecord } from '../../src/session/state/record.js';
import { expired, passDeadline, tokensNumber, track, type Tokens } from '../session/set-up.js';

it('a refresh that is out of time after somebody else took its claim over waits for theirs', async () => {
  const store = memoryStore<Tokens>();
  const world = await expired({ store });
  const held = track(world.request());
  await world.rest();
  expect(world.refreshes).toHaveLength(1);
  const mine = (await store.read()) as SessionRecord<Tokens>;
  const theirs = claimed(mine, world.clock.now(), 60_000, false);
  await store.compareAndSet(mine, theirs);
  await passDeadline(world);
  expect(held.status).toBe('pending');
  await store.compareAndSet(theirs, renewed(theirs, tokensNumber(5), world.clock.now()));
  await world.rest();
  expect(held.value).toMatchObject({ status: 200, token: 'access-5-secret' });
  expect(world.refreshes).toHaveLength(1);
});
