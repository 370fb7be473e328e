import { hide } from './hide.js';
import { concealFailedRequest, concealSentRequest } from './node/http.js';
import type { Config, Response } from './shapes.js';

/** Gives a reply the caller's config back, and takes the request out of what loggers print. */
export function concealReply(reply: Response, config: Config): void {
  concealSentRequest(reply, config);
  reply.config = config;
  hide(reply, 'request');
}

/** The same for what was thrown. */
export function concealError(error: unknown, config: Config): void {
  if (typeof error !== 'object' || error === null) return;
  const { cause } = error as { cause?: { config?: unknown } };
  if ('config' in error) error.config = config;
  hide(error, 'request');
  concealFailedRequest(error, config);
  // What broke off a stream comes wrapped into another of its kind.
  if (cause?.config && cause.config !== config) concealError(cause, config);
}
