import type { Mutant } from '../mutants.js';

/** Breaking the set-up around Holdfast, not Holdfast: [spoiled.ts](spoiled.ts) has them. */
export const setUps: readonly Mutant[] = [
  { does: 'reads its arguments late', spoiled: 'late-arguments', noticedBy: ['arguments-reused'] },
  {
    does: 'refreshes five times and never again',
    spoiled: 'five-refreshes',
    noticedBy: ['many-revocations', 'one-bad-endpoint-then-expiry'],
  },
  {
    does: 'counts the life of stored tokens from the sign-in',
    spoiled: 'fresh-from-the-sign-in',
    noticedBy: ['restored-token'],
  },
  {
    does: 'keeps the date that came with the login',
    spoiled: 'keeps-the-date',
    noticedBy: ['stale-expiry'],
  },
  {
    does: 'hands tokens to the refresh that cannot be changed',
    spoiled: 'frozen-tokens',
    noticedBy: ['answer-in-place'],
  },
  {
    does: 'keeps nothing over a reload',
    spoiled: 'forgets-at-reload',
    noticedBy: ['reactive-tokens'],
  },
  {
    does: 'holds the login until somebody has logged in',
    spoiled: 'holds-the-login',
    noticedBy: ['login-inside-question'],
  },
  {
    does: 'takes every sign-in for another login',
    spoiled: 'another-login',
    noticedBy: ['sign-in-as-answer'],
  },
  { does: 'shares a failure for ever', spoiled: 'one-failure-for-ever', noticedBy: ['old-failure'] },
  {
    does: 'sends again after a refresh that failed',
    spoiled: 'replays-after-a-failure',
    noticedBy: ['late-after-failure'],
  },
  {
    does: 'writes the token into the config of its caller',
    spoiled: 'token-in-the-config',
    noticedBy: ['stream-errors'],
  },
  {
    does: 'sets a header and knows nothing of redirects',
    spoiled: 'header-by-hand',
    noticedBy: ['redirect-header'],
  },
  {
    does: 'puts its token over whatever is there, wherever it goes',
    spoiled: 'token-over-everything',
    noticedBy: ['own-scheme', 'base-href', 'foreign-origin'],
  },
  {
    does: 'sends while nobody is signed in',
    spoiled: 'sends-when-signed-out',
    noticedBy: ['retry-after-end'],
  },
  { does: 'keeps nothing of a stream', spoiled: 'keeps-no-stream', noticedBy: ['stream-upload-rejected'] },
  { does: 'tries a refresh ten times', spoiled: 'tries-ten-times', noticedBy: ['server-error-cost'] },
  {
    does: 'drops the rejection of a refresh',
    spoiled: 'drops-a-rejection',
    noticedBy: ['nothing-unhandled'],
  },
];
