import type fc from 'fast-check';

/** How many schedules all properties try together; the share of each follows from what it covers. */
const RUNS = Number(process.env['HOLDFAST_PROPERTY_RUNS'] ?? 10_000);
const SEED = process.env['HOLDFAST_PROPERTY_SEED'];
const PATH = process.env['HOLDFAST_PROPERTY_PATH'];

/** Far more than a run takes: a schedule that never ends is reached by its limit of steps. */
const LONGEST_RUN_MS = 100;

/** The parameters of one property; a failure prints its seed and path, which run it again. */
export function runs<Values>(share: number): fc.Parameters<Values> {
  return {
    numRuns: Math.max(1, Math.ceil(RUNS * share)),
    ...(SEED !== undefined && { seed: Number(SEED) }),
    ...(PATH !== undefined && { path: PATH }),
  };
}

export function patienceMs(share: number): number {
  return 60_000 + RUNS * share * LONGEST_RUN_MS;
}
