/** As good as for ever: `Infinity` does not survive JSON, and a case is stopped long before. */
export const UNTIL_HEALED = 1_000_000;
