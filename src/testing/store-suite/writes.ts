import { expectThat } from './expect.js';
import type { SuiteRecord } from './records.js';
import type { Peer } from './scene.js';

export function expectWon(
  peer: Peer,
  what: string,
  expected: SuiteRecord | null,
  next: SuiteRecord,
): Promise<void> {
  return expectAnswer(true, what, peer.swap(expected, next));
}

export function expectLost(
  peer: Peer,
  what: string,
  expected: SuiteRecord | null,
  next: SuiteRecord,
): Promise<void> {
  return expectAnswer(false, what, peer.swap(expected, next));
}

/** A store in plain JavaScript may answer anything. */
async function expectAnswer(wanted: boolean, what: string, answer: Promise<unknown>): Promise<void> {
  const got = await answer;
  expectThat(got === wanted, `${what}: ${wanted}`, typeof got === 'boolean' ? String(got) : typeof got);
}
