import { expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { setUp, signedIn, tokensNumber, track, type Tokens } from '../session/set-up.js';
import { manualClock } from '../../src/testing/manual-clock.js';

const HOUR_MS = 3_600_000;

it('a refresh that may take an hour is not made a second time before that, by no session', async () => {
  const [store, clock] = [memoryStore<Tokens>(), manualClock()];
  const options = { store, refreshTimeoutMs: HOUR_MS };
  const one = await signedIn(options, tokensNumber(1), clock);
  const other = setUp(options, clock);
  const first = track(one.session.refresh());
  await one.rest();
  const second = track(other.session.refresh());
  await clock.advance(HOUR_MS - 1);
  expect([one.refreshes.length, other.refreshes.length]).toEqual([1, 0]);
  await one.refresh.answer();
  expect([first.value, second.value]).toEqual([tokensNumber(2), tokensNumber(2)]);
});
