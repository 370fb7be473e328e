import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';
import { guardAxios, type GuardAxiosOptions } from '../../../src/clients/axios.js';
import { guardFetch, type GuardedFetch, type GuardFetchOptions } from '../../../src/clients/fetch.js';
import { createSession, type Session } from '../../../src/index.js';
import type { AuthServerTokens } from '../../../src/testing/index.js';
import type { World } from './world.js';

/** An axios that is guarded by the session of a world, for its server. */
export function guardedAxios(
  world: World,
  config: CreateAxiosDefaults = {},
  options: GuardAxiosOptions<AuthServerTokens> = {},
): AxiosInstance {
  const client = axios.create({ baseURL: world.origin, ...config });
  guardAxios(client, world.session, options);
  return client;
}

/** The same for fetch. */
export function guardedFetch(world: World, options: GuardFetchOptions<AuthServerTokens> = {}): GuardedFetch {
  return guardFetch(world.session, { origins: [world.origin], ...options });
}

/** Signed in with one access token, after which a refresh brings another. There is no server. */
export async function signedIn(
  accessToken = 'first',
  next = 'next',
): Promise<Session<{ accessToken: string }>> {
  const session = createSession<{ accessToken: string }>({ refresh: () => ({ accessToken: next }) });
  await session.signIn({ accessToken });
  return session;
}
