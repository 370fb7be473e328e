import { isKind } from '../../policy/bodies.js';
import { withQuery } from '../../policy/query-string.js';
import { anotherOf, isPlain, kept } from './kept.js';

/** `params` with these in the place of those that have the same names; what a serializer is given keeps its kind. */
export function withParams(params: unknown, query: Readonly<Record<string, string>>): unknown {
  if (typeof params === 'string') return withQuery(`?${params}`, query).slice(1);
  const copy = anotherOf(params ?? {});
  if (!isKind(copy, 'URLSearchParams') && !isKind(copy, 'Map')) return Object.assign(copy, query);
  for (const [name, value] of Object.entries(query)) (copy as Map<string, string>).set(name, value);
  return copy;
}

/** `params` as they are now: an adapter reads them when it sends. */
export function keptParams(params: unknown): unknown {
  const own = kept(params);
  const isShared = own === params && typeof params === 'object' && params !== null && !isPlain(params);
  return isShared ? anotherOf(params) : own;
}
