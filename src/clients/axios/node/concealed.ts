/* eslint-disable no-underscore-dangle -- so Node and follow-redirects call their own */
import { isStream } from '../../../policy/bodies.js';
import type { Config, Response } from '../shapes.js';

/** How Node asks an object what to print of it; of a realm and of a copy of Node there is one. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

const CONCEALED = new WeakSet();

/** Gives a reply the caller's config back, and takes the request out of what loggers print. */
export function concealReply(reply: Response, config: Config): void {
  if (typeof reply.data === 'object' && isStream(reply.data)) concealStream(reply, config);
  reply.config = config;
  if (reply.request === undefined) return;
  hide(reply, 'request');
  veil(reply.request);
}

/** The same for what was thrown. */
export function concealError(error: unknown, config: Config): void {
  if (typeof error !== 'object' || error === null) return;
  const { cause } = error as { cause?: { config?: unknown } };
  if ('config' in error) error.config = config;
  hide(error, 'request');
  veil((error as { request?: unknown }).request);
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
    if (!isStream(target) || CONCEALED.has(target)) continue;
    conceal(target);
    concealPipes(target);
  }
}

/** The config of an attempt lives on there: it becomes the caller's in every way. */
function becomeCallers(sent: Config, config: Config): void {
  for (const key of Reflect.ownKeys(sent)) Reflect.deleteProperty(sent, key);
  Object.assign(sent, config);
}

/** An agent of the caller's stands in the config, and holds what is on its way: the requests of others too. */
export function concealAgents({ httpAgent, httpsAgent }: Config): void {
  for (const agent of [httpAgent, httpsAgent])
    if (veil(agent)) for (const key of ['sockets', 'freeSockets', 'requests']) hide(agent, key);
}

/** It stays there for who asks for it, and shows nothing to who looks at all there is. */
function conceal(request: unknown): void {
  if (typeof request !== 'object' || request === null || CONCEALED.has(request)) return;
  CONCEALED.add(request);
  veil(request);
  for (const key of Reflect.ownKeys(request)) hide(request, key);
}

/** Shows its name alone to who prints what is hidden as well. False where that was done before, or cannot be. */
function veil(holder: unknown): holder is object {
  if (typeof holder !== 'object' || holder === null || Object.hasOwn(holder, INSPECT)) return false;
  const value = (): string => `[${holder.constructor.name}]`;
  return Reflect.defineProperty(holder, INSPECT, { value });
}

/** No more than that: who knows of it still finds it. */
function hide(holder: object, key: string | symbol): void {
  if (Object.hasOwn(holder, key)) Reflect.defineProperty(holder, key, { enumerable: false });
}
