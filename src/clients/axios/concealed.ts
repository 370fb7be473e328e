/* eslint-disable no-underscore-dangle -- so Node and follow-redirects call their own */
import { isStream } from '../../policy/bodies.js';
import type { Config, Response } from './shapes.js';

/** How Node asks an object what to print of it; of a realm and of a copy of Node there is one. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Gives a reply the caller's config back, and takes the request out of what loggers print. */
export function concealReply(reply: Response, config: Config): void {
  if (typeof reply.data === 'object' && isStream(reply.data)) concealStream(reply, config);
  reply.config = config;
  if (reply.request !== undefined) hide(reply, 'request');
}

/** The same for what was thrown. */
export function concealError(error: unknown, config: Config): void {
  if (typeof error !== 'object' || error === null) return;
  const { cause } = error as { cause?: { config?: unknown } };
  if ('config' in error) error.config = config;
  hide(error, 'request');
  concealPipes(config.data);
  // What broke off a stream comes wrapped into another of its kind.
  if (cause?.config && cause.config !== config) concealError(cause, config);
}

/** What goes wrong with a stream later, axios tells by the stream itself, with the config and request that it has kept. */
function concealStream({ data, request, config: kept }: Response, config: Config): void {
  if (kept !== config) becomeCallers(kept, config);
  for (const url of ['responseUrl', 'redirects']) hide(data as object, url);
  for (const sent of [request, (data as { req?: unknown }).req]) {
    conceal(sent);
    conceal((sent as { _redirectable?: unknown } | undefined)?._redirectable);
  }
}

/** Axios breaks off a body that is too long with an error that has all in it, and tells its stream before us. */
export function concealUpload(body: unknown, config: Config): void {
  if (!isStream(body)) return;
  const { prependListener } = body as { prependListener?: (type: string, listener: unknown) => void };
  prependListener?.call(body, 'error', (error: unknown) => concealError(error, config));
}

type Piped = { _readableState?: { pipes?: unknown[]; awaitDrainWriters?: unknown } };

/** A stream that is being sent holds the request that it goes into. */
function concealPipes(body: unknown): void {
  const { pipes = [], awaitDrainWriters } = (body as Piped | null | undefined)?._readableState ?? {};
  for (const target of [pipes, awaitDrainWriters].flat()) {
    if (!isStream(target) || INSPECT in target) continue;
    conceal(target);
    concealPipes(target);
  }
}

/** The config of an attempt lives on there: it becomes the caller's in every way. */
function becomeCallers(sent: Config, config: Config): void {
  for (const key of Reflect.ownKeys(sent)) Reflect.deleteProperty(sent, key);
  Object.assign(sent, config);
}

/** It stays there for who asks for it, and shows nothing to who looks at all there is. */
function conceal(request: unknown): void {
  if (typeof request !== 'object' || request === null || INSPECT in request) return;
  for (const key of Reflect.ownKeys(request)) hide(request, key);
  const value = (): string => `[${request.constructor.name}]`;
  Reflect.defineProperty(request, INSPECT, { value });
}

/** No more than that: who knows of it still finds it. */
function hide(holder: object, key: string | symbol): void {
  if (Object.hasOwn(holder, key)) Reflect.defineProperty(holder, key, { enumerable: false });
}
