import type { Config, Response } from '../shapes.js';

// Takes the place of `node/concealed.ts` in a bundle for browsers: an XMLHttpRequest shows nothing of what it sent, and
// there are neither agents nor streams that hold a request.

/** Gives a reply the caller's config back, and takes the request out of what loggers print. */
export function concealReply(reply: Response, config: Config): void {
  reply.config = config;
  hideRequest(reply);
}

/** The same for what was thrown. */
export function concealError(error: unknown, config: Config): void {
  if (typeof error !== 'object' || error === null) return;
  if ('config' in error) error.config = config;
  hideRequest(error);
}

export function concealUpload(): void {}

export function concealAgents(): void {}

function hideRequest(holder: object): void {
  if (Object.hasOwn(holder, 'request')) Reflect.defineProperty(holder, 'request', { enumerable: false });
}
