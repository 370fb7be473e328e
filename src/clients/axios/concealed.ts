import type { Platform } from './platform.js';
import type { Config } from './shapes.js';

/** Gives a reply or an error the caller's config back, and takes the request out of what loggers print. */
export function conceal(holder: unknown, config: Config, http: Platform['http']): void {
  if (typeof holder !== 'object' || holder === null) return;
  const { cause } = holder as { cause?: { config?: unknown } };
  http?.conceal(holder, config);
  if ('config' in holder) holder.config = config;
  hide(holder, 'request');
  // What broke off a stream comes wrapped into another of its kind.
  if (cause?.config && cause.config !== config) conceal(cause, config, http);
}

/** Out of what loggers print, and no more than that: who knows of it still finds it. */
export function hide(holder: object, key: string | symbol): void {
  if (Object.hasOwn(holder, key)) Reflect.defineProperty(holder, key, { enumerable: false });
}
