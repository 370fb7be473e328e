import { withQuery } from '../../policy/attach.js';
import { copyOf, isKind, isPlain, kept } from './kept.js';

type Parameters = Readonly<Record<string, string>>;

/** `params` with these in the place of those that have the same names; what a serializer is given keeps its kind. */
export function withParams(params: unknown, query: Parameters): unknown {
  if (typeof params === 'string') return withQuery(`?${params}`, query).slice(1);
  const copy = copyOf(params ?? {});
  if (!isKind(copy, 'URLSearchParams') && !isKind(copy, 'Map')) return Object.assign(copy, query);
  for (const [name, value] of Object.entries(query)) (copy as Map<string, string>).set(name, value);
  return copy;
}

/** `params` as they are now: an adapter reads them when it sends. */
export function keptParams(params: unknown): unknown {
  const own = kept(params);
  const isShared = own === params && typeof params === 'object' && params !== null && !isPlain(params);
  return isShared ? copyOf(params) : own;
}
