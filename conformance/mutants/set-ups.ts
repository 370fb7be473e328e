import type { Mutant } from './mutant.js';

/** Breaking the set-up around Holdfast, not Holdfast: [spoiled.ts](spoiled.ts) has them. */
export const setUps: readonly Mutant[] = [
  {
    does: 'puts its token over whatever is there, wherever it goes',
    spoiled: 'token-over-everything',
    noticedBy: ['own-scheme', 'base-href', 'foreign-origin'],
  },
  { does: 'tries a refresh ten times', spoiled: 'tries-ten-times', noticedBy: ['server-error-cost'] },
];
