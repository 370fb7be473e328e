/** A fault to plant. */
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
