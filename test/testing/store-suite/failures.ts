import { storeSuite, type StoreSuiteCase, type StoreSuitePlace } from '../../../src/testing/index.js';

/** Long enough for what waits a few turns, and short enough to wait out what hangs. */
export const PATIENCE_MS = 60;

export function casesOf(make: () => StoreSuitePlace): StoreSuiteCase[] {
  return storeSuite({ make, patienceMs: PATIENCE_MS });
}

/** The message of each case that failed, by its name. */
export async function failuresOf(cases: StoreSuiteCase[]): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for (const { name, run } of cases) {
    await run().catch((error: Error) => failures.set(name, error.message));
  }
  return failures;
}
