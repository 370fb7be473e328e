import { invalidOption } from '../../errors.js';
import { resolveClientOptions, type ClientOptions } from '../../policy/client-options.js';
import type { Session } from '../../session/session.js';
import { install } from './install.js';
import type { Platform } from './platform.js';
import type { AxiosLike, AxiosRequest, Config, Instance } from './shapes.js';

/** `Request` is what the guarded copy of axios calls one. */
export type GuardAxiosOptions<T, Request = AxiosRequest> = ClientOptions<T, Request>;

/** `guardAxios()`, with what the platform needs. */
export function guardInstance<T, Request>(
  platform: Platform,
  instance: AxiosLike<Request>,
  session: Session<T>,
  options: GuardAxiosOptions<T, Request> = {},
): () => void {
  if (typeof instance?.request !== 'function' || typeof instance.defaults !== 'object') {
    throw invalidOption('guardAxios(instance)', 'an axios instance', instance);
  }
  const settings = resolveClientOptions(options as GuardAxiosOptions<T, Config>, session.warn);
  const root = instance as unknown as Instance;
  const family = { session, settings, platform, isGuarded: true };
  const undo = install(root, family, () => root.defaults.baseURL);
  return () => {
    family.isGuarded = false;
    undo();
  };
}
