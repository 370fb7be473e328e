/** What became of one request. */
export type Outcome = {
  /** Of the answer, where there is one. */
  readonly status?: number;
  /** The code of the error, and its reason or kind; or what else was thrown. */
  readonly error?: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly settledAt: number;
};
