/** What a case said of a subject. */
export type Verdict =
  | { readonly verdict: 'pass' }
  /** `seen`: what happened, in one sentence. */
  | { readonly verdict: 'fail'; readonly seen: string }
  /** `lacks`: what the case needs and the library does not offer, in words. */
  | { readonly verdict: 'n/a'; readonly lacks: string };
