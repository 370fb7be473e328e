/** Why a signal aborted: its reason, or, where the platform or a polyfill gives none, an `AbortError`. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason === undefined ? abortError() : signal.reason;
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  // The caller's own reason, whatever it is.
  // eslint-disable-next-line typescript/only-throw-error
  if (signal?.aborted) throw abortReason(signal);
}

export function abortError(): Error {
  return Object.assign(new Error('This operation was aborted.'), { name: 'AbortError' });
}
