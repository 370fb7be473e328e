import { isHoldfastError, type HoldfastErrorCode, type HoldfastErrorOf } from '../errors.js';

/** Where wrappers put what they caught: tRPC, urql, ofetch and Apollo each have their own. */
const ONE = ['cause', 'error', 'networkError', 'originalError', 'reason', 'data', 'meta'];
const SEVERAL = ['errors', 'graphQLErrors', 'protocolErrors'];
const WRAPPINGS = [...ONE, ...SEVERAL];
const DEEPEST = 8;

/**
 * The error of Holdfast in what a client threw: `error` itself, or what it wraps as `cause`, `networkError`, in `errors`
 * and the like; undefined where there is none. With `code`, the first of that code. {@link isHoldfastError} asks about
 * the error itself alone.
 *
 * @example
 * ```ts
 * import { findHoldfastError } from 'holdfast';
 *
 * export const saidAlready = (error: unknown): boolean => findHoldfastError(error, 'session-ended') !== undefined;
 * ```
 */
export function findHoldfastError<Code extends HoldfastErrorCode = HoldfastErrorCode>(
  error: unknown,
  code?: Code,
): HoldfastErrorOf<Code> | undefined {
  const seen = new Set<unknown>();
  let layer: unknown[] = [error];
  for (let depth = 0; depth < DEEPEST && layer.length > 0; depth++) {
    const found = layer.find((it) => isHoldfastError(it, code));
    if (found !== undefined) return found;
    layer = layer.flatMap((it) => wrappedIn(it)).filter((it) => !seen.has(it) && seen.add(it));
  }
  return undefined;
}

function wrappedIn(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  if (Array.isArray(error)) return error;
  return WRAPPINGS.flatMap((name) => {
    try {
      const inner = (error as Record<string, unknown>)[name];
      return typeof inner === 'object' && inner !== null ? [inner] : [];
    } catch {
      // A getter that throws hides nothing of ours.
      return [];
    }
  });
}
