import type { OAuth2Token } from '@badgateway/oauth2-client';
import type { Setting, Tokens } from '../../contract.js';
import { RefreshError } from '../../stage/refresh.js';

/** The token endpoint of RFC 6749, sections 5 and 6, before a server that speaks otherwise. */
export function tokenEndpoint(refresh: Setting['refresh']): typeof fetch {
  return async (_, init) => {
    const refreshToken = new URLSearchParams(init?.body as string).get('refresh_token') ?? '';
    try {
      const tokens = await refresh({ refreshToken });
      return Response.json({
        access_token: tokens.accessToken,
        refresh_token: tokens.refreshToken,
        expires_in: tokens.expiresIn,
        token_type: 'Bearer',
      });
    } catch (error) {
      if (!(error instanceof RefreshError)) throw error;
      return Response.json(error.response.data, { status: error.status });
    }
  };
}

/** `expiresAt` is kept with such a token, so one that was stored says when it was issued. */
export function oauthTokenOf(
  { accessToken, refreshToken, expiresIn }: Tokens,
  issuedAt = Date.now(),
): OAuth2Token {
  return { accessToken, refreshToken, expiresAt: issuedAt + expiresIn * 1000 };
}
