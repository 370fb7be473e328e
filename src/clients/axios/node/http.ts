/* eslint-disable no-underscore-dangle -- so Node and follow-redirects call their own */
import { isStream } from '../../../policy/bodies.js';
import { hide } from '../concealed.js';
import type { Config, Response } from '../shapes.js';

/** How Node asks an object what to print of it; of a realm and of a copy of Node there is one. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

const CONCEALED = new WeakSet();

/** What a reply or an error holds of its request, and the body that is being sent. */
export function conceal(holder: object, config: Config): void {
  const { data, request } = holder as Partial<Response>;
  if (isStream(data)) concealStream(holder as Response, config);
  veil(request);
  if (isStream(config.data)) concealPipes(config.data);
}

/** What goes wrong with a stream later, axios tells by the stream itself, with the config and request that it has kept. */
function concealStream({ data, request, config: kept }: Response, config: Config): void {
  if (kept !== config) becomeCallers(kept, config);
  for (const url of ['responseUrl', 'redirects']) hide(data as object, url);
  for (const sent of [request, (data as { req?: unknown }).req]) {
    concealAll(sent);
    concealAll((sent as { _redirectable?: unknown } | undefined)?._redirectable);
  }
}

/** Axios breaks off a body that is too long with an error that has all in it, and tells its stream before us. */
export function onFailingUpload(body: unknown, listener: (error: unknown) => void): void {
  if (!isStream(body)) return;
  const { prependListener } = body as { prependListener?: (type: string, listen: unknown) => void };
  prependListener?.call(body, 'error', listener);
}

type Piped = { _readableState?: { pipes?: unknown[]; awaitDrainWriters?: unknown } };

/** A stream that is being sent holds the request that it goes into. */
function concealPipes(body: unknown): void {
  const { pipes = [], awaitDrainWriters } = (body as Piped | null | undefined)?._readableState ?? {};
  for (const target of [pipes, awaitDrainWriters].flat()) {
    if (!isStream(target) || CONCEALED.has(target)) continue;
    concealAll(target);
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
function concealAll(request: unknown): void {
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
