import { meaningAndSecrets } from './mutants/meaning-and-secrets.js';
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

export type Mutant = {
  /** What the broken engine does. */
  readonly does: string;
  /** Every one of these has to fail. */
  readonly noticedBy: readonly string[];
} & (
  | {
      readonly edits: readonly Edit[];
      /** The client that is put under the broken session. @default 'holdfast-axios' */
      readonly subject?: 'holdfast-axios' | 'holdfast-fetch';
    }
  /** The name of a set-up in `mutants/spoiled.ts`, around an engine that is whole. */
  | { readonly spoiled: string }
);

export type Edit = {
  /** In `src/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
};
