/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

/** The generator of Lehmer with the multiplier of Park and Miller (Communications of the ACM 31:10, 1988). */
export function randomFrom(seed: number): Random {
  const MODULUS = 2_147_483_647;
  let state = (Math.trunc(Math.abs(seed)) % (MODULUS - 1)) + 1;
  function next(): number {
    state = (state * 48_271) % MODULUS;
    return (state - 1) / (MODULUS - 1);
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: (values) => values[between(0, values.length - 1)] as (typeof values)[number],
  };
}
