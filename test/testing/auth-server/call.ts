import type {
  AuthServer,
  AuthServerOptions,
  AuthServerTokens,
  ManualClock,
} from '../../../src/testing/index.js';
import { createAuthServer, manualClock } from '../../../src/testing/index.js';

/** An auth server on a manual clock. */
export function setUp(options: AuthServerOptions = {}): { server: AuthServer; clock: ManualClock } {
  const clock = manualClock();
  return { server: createAuthServer({ clock, ...options }), clock };
}

export function to(path: string, init: RequestInit = {}): Request {
  return new Request(`http://auth.test${path}`, init);
}

export function post(path: string, body: unknown, init: RequestInit = {}): Request {
  const headers = { 'content-type': 'application/json' };
  return to(path, { method: 'POST', headers, body: JSON.stringify(body), ...init });
}

export function withToken(accessToken: string, path: string = '/api/echo', init: RequestInit = {}): Request {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${accessToken}`);
  return to(path, { ...init, headers });
}

export function refreshing(
  { refreshToken }: Pick<AuthServerTokens, 'refreshToken'>,
  init?: RequestInit,
): Request {
  return post('/auth/refresh', { refreshToken }, init);
}

/** Refreshes and expects tokens. */
export async function refreshed(server: AuthServer, tokens: AuthServerTokens): Promise<AuthServerTokens> {
  const response = await server(refreshing(tokens));
  if (response.status !== 200) throw new Error(`expected tokens, got ${response.status}`);
  return (await response.json()) as AuthServerTokens;
}

/** The status with which the API answers this access token. */
export async function statusOf(server: AuthServer, { accessToken }: AuthServerTokens): Promise<number> {
  return (await server(withToken(accessToken))).status;
}

/** The code with which an envelope answers. */
export async function errcodeOf(response: Promise<Response>): Promise<unknown> {
  const { status, body } = await read(await response);
  if (status !== 200) throw new Error(`expected an envelope, got ${status}`);
  return (body as { errcode: unknown }).errcode;
}

/** What an answer fails with; watched from now on, so that the failure is never unhandled. */
export function failureOf(answer: Promise<Response>): Promise<unknown> {
  return answer.then(
    ({ status }) => {
      throw new Error(`expected a failure, got ${status}`);
    },
    (reason: unknown) => reason,
  );
}

export async function read(response: Response): Promise<{ status: number; body: unknown }> {
  return { status: response.status, body: await response.json() };
}
