/** What may befall a refresh. */
export const REFRESH_MISHAPS = [
  'refused',
  'unavailable',
  'unavailable, later',
  'throttled',
  'offline',
  'reset before it arrived',
  'reset after it arrived',
  'never answers',
  'never answers, but rotates',
  'garbage',
  'nothing',
  'the same tokens',
  'throws at once',
] as const;
export type RefreshMishap = (typeof REFRESH_MISHAPS)[number];

/** What may befall an operation of the store. */
export const STORE_MISHAPS = ['fails', 'throws', 'fails after writing', 'never answers'] as const;
export type StoreMishap = (typeof STORE_MISHAPS)[number];

/** Those after which the session knows whether its refresh token is spent. */
const CLEAR: readonly RefreshMishap[] = [
  'refused',
  'unavailable',
  'unavailable, later',
  'throttled',
  'offline',
];

export function leavesDoubt(mishap: RefreshMishap | undefined): boolean {
  return mishap !== undefined && !CLEAR.includes(mishap);
}
