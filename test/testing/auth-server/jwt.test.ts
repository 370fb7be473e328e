import { describe, expect, it } from 'vitest';
import { refreshed, setUp, statusOf } from './call.js';

function claimsOf(accessToken: string): unknown {
  const [, payload = ''] = accessToken.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

describe('access tokens as JWTs', () => {
  it('say whose they are, and since and until when', async () => {
    const { server, clock } = setUp({ accessTokens: 'jwt' });
    const issuedAt = clock.now() / 1000;
    const { accessToken } = server.signIn('ada');
    const jti = expect.stringMatching(/^[0-9a-f]{48}$/) as string;
    expect(claimsOf(accessToken)).toEqual({ sub: 'ada', iat: issuedAt, exp: issuedAt + 60, jti });
    expect(accessToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('die when they say so, to the millisecond, and not before', async () => {
    const { server, clock } = setUp({ accessTokens: 'jwt', accessLifetimeMs: 1_500 });
    const tokens = server.signIn('ada');
    const { exp } = claimsOf(tokens.accessToken) as { exp: number };
    expect(tokens.expiresIn).toBe(exp - clock.now() / 1000);
    await clock.advance(exp * 1000 - clock.now() - 1);
    expect(await statusOf(server, tokens)).toBe(200);
    await clock.advance(1);
    expect(await statusOf(server, tokens)).toBe(401);
  });

  it('are renewed as opaque ones are, and never come twice', async () => {
    const { server } = setUp({ accessTokens: 'jwt' });
    const first = server.signIn('ada');
    const second = await refreshed(server, first);
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(await statusOf(server, second)).toBe(200);
  });
});
