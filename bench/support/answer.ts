/** One line of an answer. A row with a budget says whether it kept it. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly budget?: number;
  readonly ok?: boolean;
};

/** What `run()` of a bench file resolves to. */
export type Answer = { readonly question: string; readonly rows: readonly Row[] };
