import { describe, expect, it } from 'vitest';
import {
  accessTokenOf,
  flawOf,
  issuedAtOf,
  mergeTokens,
  sameSecrets,
  standardExpiresAt,
  standardSubject,
  withAccessToken,
} from '../../src/session/tokens/tokens.js';

const RECEIVED_AT = 1_000_000;

function jwt(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('expires-in-shapes', () => {
  it.each([
    ['expiresAt in milliseconds', { expiresAt: 5_000_000 }, 5_000_000],
    ['expiresIn in seconds', { expiresIn: 3600 }, RECEIVED_AT + 3_600_000],
    ['expires_in in seconds', { expires_in: 3600 }, RECEIVED_AT + 3_600_000],
    ['a number as text', { expires_in: '3600' }, RECEIVED_AT + 3_600_000],
    ['expiresIn before expires_in', { expiresIn: 1, expires_in: 2 }, RECEIVED_AT + 1000],
    ['a huge lifetime', { expiresIn: 1e12 }, RECEIVED_AT + 1e15],
  ])('reads %s', (_, tokens, expiresAt) => {
    expect(standardExpiresAt(tokens, RECEIVED_AT)).toBe(expiresAt);
  });

  const unreadable = [null, undefined, '', ' ', 'soon', -5, 0, NaN, Infinity, 1e300, true, {}, []];

  it.each(unreadable)('takes %s for unknown', (value) => {
    expect(standardExpiresAt({ expiresIn: value }, RECEIVED_AT)).toBeUndefined();
    expect(standardExpiresAt({ expiresAt: value }, RECEIVED_AT)).toBeUndefined();
  });

  it("counts a JWT's own lifetime from when it was received, whatever the server's clock says", () => {
    expect(standardExpiresAt({ accessToken: jwt({ iat: 50, exp: 110 }) }, RECEIVED_AT)).toBe(
      RECEIVED_AT + 60_000,
    );
  });

  it('takes the absolute end of a JWT that does not say when it was issued', () => {
    expect(standardExpiresAt(jwt({ exp: 7200 }), RECEIVED_AT)).toBe(7_200_000);
  });

  it.each(['opaque', 'with.dots.in-it', 'a..b', jwt(null), jwt({}), jwt({ exp: 'x' }), 42, null, undefined])(
    'knows no expiry of %s',
    (tokens) => {
      expect(standardExpiresAt(tokens, RECEIVED_AT)).toBeUndefined();
    },
  );
});

describe('the moment a JWT was issued', () => {
  it.each([
    [{ accessToken: jwt({ iat: 50 }) }, 50_000],
    [jwt({ iat: 50.5 }), 50_500],
    [{ accessToken: 'opaque', id_token: jwt({ iat: 50 }) }, undefined],
    [jwt({ iat: 'soon' }), undefined],
    [null, undefined],
  ])('is read from its iat, and from the access token alone: %j', (tokens, issuedAt) => {
    expect(issuedAtOf(tokens)).toBe(issuedAt);
  });
});

describe('the subject', () => {
  it.each([
    ['an access token', { accessToken: jwt({ sub: 'ada' }) }],
    ['tokens that are a JWT', jwt({ sub: 'ada' })],
    ['an id_token', { access_token: 'opaque', id_token: jwt({ sub: 'ada' }) }],
    ['an idToken', { token: 'opaque', idToken: jwt({ sub: 'ada' }) }],
  ])('is read from %s', (_, tokens) => {
    expect(standardSubject(tokens)).toBe('ada');
  });

  it('may be written in any script', () => {
    expect(standardSubject(jwt({ sub: '李雷 🙂' }))).toBe('李雷 🙂');
  });

  it.each(['opaque', jwt({ sub: 7 }), null])('is unknown in %s', (tokens) => {
    expect(standardSubject(tokens)).toBeUndefined();
  });
});

describe('the access token', () => {
  it.each([
    ['the tokens themselves', 'a', 'a'],
    ['accessToken', { accessToken: 'a' }, 'a'],
    ['access_token', { access_token: 'a' }, 'a'],
    ['token', { token: 'a' }, 'a'],
    ['nothing where it is no string', { token: 1 }, undefined],
    ['nothing in no tokens', null, undefined],
  ])('is %s', (_, tokens, token) => {
    expect(accessTokenOf(tokens)).toBe(token);
  });

  it('is replaced where it stands', () => {
    expect(withAccessToken('a', 'b')).toBe('b');
    expect(withAccessToken({ access_token: 'a', x: 1 }, 'b')).toEqual({ access_token: 'b', x: 1 });
    expect(withAccessToken({ x: 1 }, 'b')).toEqual({ accessToken: 'b', x: 1 });
  });
});

describe('merging what a refresh answered', () => {
  const old = { accessToken: 'a', refreshToken: 'r', name: 'Ada' as string | null };

  it('keeps what is left out, and what is undefined', () => {
    expect(mergeTokens(old, { accessToken: 'b', name: undefined } as never)).toEqual({
      ...old,
      accessToken: 'b',
    });
  });

  it.each([null, '', undefined])('keeps the refresh token when the answer has %s for it', (refreshToken) => {
    expect(mergeTokens(old, { refreshToken } as never)).toEqual(old);
    expect(mergeTokens({ refresh_token: 'r' }, { refresh_token: refreshToken } as never)).toEqual({
      refresh_token: 'r',
    });
  });

  it('takes null for any other field as it is', () => {
    expect(mergeTokens(old, { name: null }).name).toBeNull();
  });

  it('takes what has no fields as a whole', () => {
    expect(mergeTokens('a', 'b')).toBe('b');
    expect(mergeTokens<unknown>(['a'], ['b', 'c'])).toEqual(['b', 'c']);
    expect(mergeTokens<unknown>(Object.assign(Object.create(null), { a: 1 }), { b: 2 })).toEqual({
      a: 1,
      b: 2,
    });
  });

  it('keeps the refresh token where an answer has an own __proto__', () => {
    const answer = JSON.parse('{ "accessToken": "b", "__proto__": { "refreshToken": "forged" } }') as object;
    const merged = mergeTokens(mergeTokens(old, answer), { accessToken: 'c' });
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(merged).toMatchObject({ accessToken: 'c', refreshToken: 'r' });
  });

  it('takes secrets under another of the usual names, so that the old ones do not outlive them', () => {
    const answer = { access_token: 'b', refresh_token: 'r2', expires_in: 60 };
    const merged = mergeTokens<object>({ ...old, expiresIn: 3600 }, answer);
    expect(merged).toEqual({ ...answer, accessToken: 'b', refreshToken: 'r2', name: 'Ada' });
    expect(mergeTokens<object>(answer, { accessToken: 'c' })).toEqual({
      access_token: 'c',
      accessToken: 'c',
      refresh_token: 'r2',
    });
  });

  it('never changes the old tokens', () => {
    const frozen = Object.freeze({ ...old });
    mergeTokens(frozen, { accessToken: 'b' });
    expect(frozen).toEqual(old);
  });
});

describe('stale-expiry', () => {
  const FIELDS = ['expiresAt', 'expires_at', 'expiresIn', 'expires_in'];
  const DATED = {
    accessToken: 'a',
    refreshToken: 'r',
    expiresAt: 1,
    expires_at: 1,
    expiresIn: 1,
    expires_in: 1,
  };

  it.each([
    ['a new access token', { accessToken: 'b' }],
    ['the same access token again', { accessToken: 'a' }],
    ['an access token and another refresh token', { accessToken: 'b', refreshToken: 'r2' }],
    ['an access token under another name', { access_token: 'b' }],
    ['a lifetime that is undefined', { accessToken: 'b', expiresIn: undefined }],
  ])('nothing that is known of the old lifetime is kept with %s', (_, answer) => {
    const merged = mergeTokens<object>(DATED, answer);
    for (const name of FIELDS) expect(merged).not.toHaveProperty(name);
    expect(standardExpiresAt(merged, RECEIVED_AT)).toBeUndefined();
  });

  it.each(FIELDS)('%s of the answer counts, and nothing else', (name) => {
    const merged = mergeTokens<object>(DATED, { accessToken: 'b', [name]: 60 });
    expect(merged).toEqual({ accessToken: 'b', refreshToken: 'r', [name]: 60 });
    // Also where it says more of the same access token.
    expect(mergeTokens<object>(DATED, { [name]: 60 })).toEqual({ ...merged, accessToken: 'a' });
  });

  it('of an access token that stays is kept', () => {
    expect(mergeTokens<object>(DATED, { refreshToken: 'r2' })).toEqual({ ...DATED, refreshToken: 'r2' });
  });

  it('is dropped from tokens in a shape of one’s own, of which nobody can tell whether they are new', () => {
    expect(mergeTokens<object>({ jwt: 'a', expiresAt: 1 }, { jwt: 'b' })).toEqual({ jwt: 'b' });
  });

  it('is dropped with an access token that came in a header', () => {
    expect(withAccessToken<object>(DATED, 'b')).toEqual({ accessToken: 'b', refreshToken: 'r' });
  });
});

describe('the answer of a refresh', () => {
  const old = { accessToken: 'a', refreshToken: 'r' };

  it.each([null, undefined, 'text', 7])('is flawed when it is %s', (answer) => {
    expect(flawOf(old, answer)).toBe('no tokens');
  });

  it('is flawed when it is empty text', () => {
    expect(flawOf('a', '')).toBe('no tokens');
  });

  it.each([{}, { errcode: 40030 }, { accessToken: '' }, { refreshToken: 'r2' }])(
    'is flawed without an access token: %j',
    (answer) => {
      expect(flawOf(old, answer)).toBe('no access token');
    },
  );

  it('is good with a new access token, or in a shape of its own', () => {
    expect(flawOf(old, { accessToken: 'b' })).toBeUndefined();
    expect(flawOf({ mine: 'a' }, { mine: 'b' })).toBeUndefined();
  });

  it('brings nothing new with the same two tokens', () => {
    expect(sameSecrets(old, { ...old, expiresIn: 60 })).toBe(true);
    expect(sameSecrets('a', 'a')).toBe(true);
    expect(sameSecrets(old, { ...old, refreshToken: 'r2' })).toBe(false);
    expect(sameSecrets(old, { ...old, accessToken: 'b' })).toBe(false);
    expect(
      sameSecrets({ access_token: 'a', refresh_token: 'r' }, { access_token: 'a', refresh_token: 'r' }),
    ).toBe(true);
    expect(sameSecrets({ mine: 1 }, { mine: 1 })).toBe(false);
  });
});
