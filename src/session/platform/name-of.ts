import { isHoldfastError } from '../../errors.js';

/** The name of what was thrown, never its message: that may quote a token. But ours name what they are about. */
export function nameOf(error: unknown): string {
  try {
    if (isHoldfastError(error, 'invalid-option')) return error.message;
    const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
    if (typeof name !== 'string') return typeof error;
    return typeof code === 'string' ? `${name} (${code})` : name;
  } catch {
    // Whatever was thrown may throw again when it is looked at.
    return typeof error;
  }
}
