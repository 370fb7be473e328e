/**
 * Faults to plant in a copy of the engine, each of which turns one of its rules off. `npm run conformance -- --mutants`
 * plants them one by one, and plays the cases that are to notice: a fault that one of them overlooks, and a case that
 * notices no fault, fail the run.
 */
export type Mutant = {
  /** What the broken engine does. */
  readonly does: string;
  /** In `src/`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Every one of these has to fail. */
  readonly noticedBy: readonly string[];
  /** The client that is put under the broken session. @default 'holdfast-axios' */
  readonly subject?: 'holdfast-axios' | 'holdfast-fetch';
};

export const mutants: readonly Mutant[] = [
  {
    does: 'refreshes again for the rejection of older tokens',
    file: 'session/state.ts',
    find: 'const isOutdated = ask.outdated === record.tokens;',
    replace: 'const isOutdated = ask.outdated !== undefined && !ask.held;',
    noticedBy: ['late-rejection'],
  },
];
