import { createAbortController } from '../../session/platform/abort-controller.js';
import type { Config } from './shapes.js';

type CancelToken = {
  subscribe(listener: (reason: unknown) => void): void;
  unsubscribe(listener: (reason: unknown) => void): void;
};

/** One signal for both of axios's ways to abort, and what lets go of it. */
export function abortOf(config: Config): {
  signal: AbortSignal | undefined;
  release(): void;
} {
  const signal = config.signal;
  const token = config.cancelToken as CancelToken | undefined;
  if (!token) return { signal, release() {} };
  const controller = createAbortController();
  const cancel = (reason: unknown): void => controller.abort(reason);
  const abort = (): void => controller.abort(signal?.reason);
  token.subscribe(cancel);
  signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    release() {
      token.unsubscribe(cancel);
      signal?.removeEventListener('abort', abort);
    },
  };
}
