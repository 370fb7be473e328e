import { isPlain } from '../../session/tokens/plain-tokens.js';

/** Whether two pieces of plain data say the same. What is no plain data is the same only as the same object. */
export function sameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  const isAsLarge = names.length === Object.keys(other).length;
  return isAsLarge && names.every((name) => Object.hasOwn(other, name) && sameData(one[name], other[name]));
}

function isData(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && (Array.isArray(value) || isPlain(value));
}
