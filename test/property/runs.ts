import fc from 'fast-check';

/** How many schedules all properties try together. */
const RUNS = Number(process.env['HOLDFAST_PROPERTY_RUNS'] ?? 10_000);
/** The same schedules everywhere, so that a red run is the change's doing; `random` hunts for new ones. */
const SEED = process.env['HOLDFAST_PROPERTY_SEED'] ?? '20261123';
/** The path that a failure printed beside its seed: with both, that one schedule runs again. */
const PATH = process.env['HOLDFAST_PROPERTY_PATH'];

/** Far more than a schedule takes; what never ends is found by its steps. */
const LONGEST_RUN_MS = 100;

/**
 * Tries a property in its share of all runs. Resolves to what went wrong, with seed, path and the shortest schedule
 * found; undefined when nothing did.
 */
export async function failureOf<Values>(
  property: fc.IAsyncProperty<Values>,
  share: number,
): Promise<string | undefined> {
  const outcome = await fc.check(property, {
    numRuns: Math.max(1, Math.ceil(RUNS * share)),
    includeErrorInReport: true,
    ...(SEED !== 'random' && { seed: Number(SEED) }),
    ...(PATH !== undefined && { path: PATH }),
  });
  return await fc.asyncDefaultReportMessage(outcome);
}

export function patienceMs(share: number): number {
  return 60_000 + RUNS * share * LONGEST_RUN_MS;
}
