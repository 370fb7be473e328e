import { HoldfastError, isHoldfastError } from '../../errors.js';
import type { Config, Response } from './shapes.js';

/**
 * An error of ours reads as one of axios, for interceptors that look at `error.config` and `error.response?.status`.
 * Neither is enumerable, so loggers print neither. `isAxiosError` stays false: what retries errors of axios, or shows
 * their message, would do so with what was decided already.
 */
export function inTermsOfAxios(error: unknown, config: Config): unknown {
  if (!isHoldfastError(error)) return error;
  // Several requests may share one.
  const own = 'config' in error ? sameAs(error) : error;
  const response = (error as { reply?: Response }).reply;
  Object.defineProperty(own, 'config', { value: config, configurable: true });
  if (response) Object.defineProperty(own, 'response', { value: response, configurable: true });
  return own;
}

function sameAs({ code, message, reply, ...details }: HoldfastError): HoldfastError {
  return new HoldfastError(code, message, { ...details, reply });
}
