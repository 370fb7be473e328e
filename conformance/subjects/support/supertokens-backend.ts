import type { Tokens } from '../../contract.js';

/**
 * What SuperTokens' backend adds to an app's server: its refresh and sign-out take the session's tokens from headers, and
 * it sends tokens in headers too. This puts the two before ours.
 */
export function supertokensBackend(url: () => string, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? undefined : new URL(input, url());
    if (request?.origin !== url()) return await send(input, init);
    switch (request.pathname) {
      case REFRESH_PATH: {
        const refreshToken = /^Bearer (.+)$/.exec(new Headers(init?.headers).get('authorization') ?? '')?.[1];
        if (refreshToken === undefined) return sessionOver();
        const reply = await send(`${url()}/auth/refresh`, {
          ...init,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ refreshToken }),
        });
        if (reply.status === 400) return sessionOver();
        return reply.ok ? sessionOf((await reply.json()) as Tokens) : reply;
      }
      case SIGN_OUT_PATH: {
        const reply = await send(`${url()}/auth/logout`, init);
        return reply.ok ? Response.json({ status: 'OK' }, { headers: { 'front-token': 'remove' } }) : reply;
      }
      // A login, which our server has granted already.
      case SIGN_IN_PATH:
        return sessionOf(JSON.parse(init?.body as string) as Tokens);
      default:
        return await send(input, init);
    }
  };
}

export const SIGN_IN_PATH = '/auth/signin';
const SIGN_OUT_PATH = '/auth/signout';
const REFRESH_PATH = '/auth/session/refresh';

function sessionOf({ accessToken, refreshToken, expiresIn, user }: Tokens): Response {
  const [, payload = ''] = accessToken.split('.');
  const front = {
    uid: user.username,
    ate: Date.now() + expiresIn * 1000,
    up: JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as unknown,
  };
  return Response.json(
    { status: 'OK' },
    {
      headers: {
        'st-access-token': accessToken,
        'st-refresh-token': refreshToken,
        'front-token': btoa(JSON.stringify(front)),
      },
    },
  );
}

function sessionOver(): Response {
  return Response.json({ message: 'unauthorised' }, { status: 401, headers: { 'front-token': 'remove' } });
}
