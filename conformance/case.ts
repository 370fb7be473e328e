import type { Feature } from './features.js';
import type { Stage } from './stage/stage.js';

/** What a case file exports. */
export interface ConformanceCase {
  readonly checks: string;
  /** Who was hurt by it: a public thread, or the clause of a standard. */
  readonly why: string;
  readonly right: string;
  /** A list in the place of a feature: one of them is enough. */
  readonly needs: readonly (Feature | readonly Feature[])[];
  /** For cases that need more than the usual. @default { sends: 1_000, ms: 90_000 } */
  readonly limits?: { readonly sends?: number; readonly ms?: number };
  run(stage: Stage): Promise<void>;
}
