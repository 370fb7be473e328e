/** What a case said of a subject. */
export type Verdict =
  /** `beside`: an error that nobody caught. One case is about those, and a failure of it is enough. */
  | { readonly verdict: 'pass'; readonly beside?: string }
  /** `seen`: what happened, in one sentence. */
  | { readonly verdict: 'fail'; readonly seen: string }
  /** `lacks`: what the case needs and the library does not offer, in words. */
  | { readonly verdict: 'n/a'; readonly lacks: string };
