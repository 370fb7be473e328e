import { meaningAndSecrets } from './mutants/meaning-and-secrets.js';
import type { Mutant } from './mutants/mutant.js';
import { refreshFails } from './mutants/refresh-fails.js';
import { replaying } from './mutants/replaying.js';
import { setUps } from './mutants/set-ups.js';
import { signingAndTime } from './mutants/signing-and-time.js';
import { singleFlight } from './mutants/single-flight.js';

/**
 * Faults to plant in a copy of the engine, or in its set-up, each of which turns one rule off. `npm run conformance -- --mutants`
 * plants them one by one, and plays the cases that are to notice: a fault that one of them overlooks, and a case that
 * notices no fault, fail the run.
 */
export const mutants: readonly Mutant[] = [
  ...singleFlight,
  ...refreshFails,
  ...signingAndTime,
  ...replaying,
  ...meaningAndSecrets,
  ...setUps,
];
