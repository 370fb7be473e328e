/*
 * Reading tokens whose shape is the user's: only where the shape is one of the usual ones, and never throwing.
 */

/** The usual names of the two secrets; which comes first is what counts. */
const ACCESS_NAMES = ['accessToken', 'access_token', 'token'];
const REFRESH_NAMES = ['refreshToken', 'refresh_token'];
/** What says how long an access token lives; see {@link mergeTokens}. */
const LIFETIME_FIELDS = ['expiresAt', 'expires_at', 'expiresIn', 'expires_in'];

/** What a JWT says of itself; nothing here is verified, since nothing here decides more than when to refresh. */
type Claims = { exp?: unknown; iat?: unknown; sub?: unknown };

/** The access token in `tokens`: the string itself, or what stands under one of the usual names. */
export function accessTokenOf(tokens: unknown): string | undefined {
  if (typeof tokens === 'string') return tokens;
  const { accessToken, access_token, token } = (tokens ?? {}) as Record<string, unknown>;
  const found = accessToken ?? access_token ?? token;
  return typeof found === 'string' ? found : undefined;
}

/**
 * The default of `expiresAt`: `expiresAt` in milliseconds, `expiresIn` or `expires_in` in seconds, or what a JWT says
 * of its own lifetime. Anything malformed counts as unknown.
 */
export function standardExpiresAt(tokens: unknown, receivedAt: number): number | undefined {
  const { expiresAt, expiresIn, expires_in } = (tokens ?? {}) as Record<string, unknown>;
  const at = positive(expiresAt);
  if (at !== undefined) return at;
  const seconds = positive(expiresIn) ?? positive(expires_in);
  if (seconds !== undefined) return receivedAt + seconds * 1000;
  const { exp, iat } = claimsOf(accessTokenOf(tokens));
  const end = positive(exp);
  const start = positive(iat);
  if (end === undefined) return undefined;
  // The lifetime counts from here, not from the server's clock: the two may be hours apart.
  return start === undefined ? end * 1000 : receivedAt + (end - start) * 1000;
}

/** When a JWT was issued by the server's clock, in milliseconds since 1970. */
export function issuedAtOf(tokens: unknown): number | undefined {
  const seconds = positive(claimsOf(accessTokenOf(tokens)).iat);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The default of `subject`: the `sub` of a JWT. */
export function standardSubject(tokens: unknown): string | undefined {
  const { id_token, idToken } = (tokens ?? {}) as Record<string, unknown>;
  for (const token of [accessTokenOf(tokens), id_token, idToken]) {
    const { sub } = claimsOf(token);
    if (typeof sub === 'string') return sub;
  }
  return undefined;
}

/**
 * What a refresh answered, put over the old tokens. A server that does not rotate leaves the refresh token out, and one
 * that sends it empty means the same. How long the old access token lives says nothing of the new one: where the answer
 * does not say it, nobody knows, and the server's rejections decide.
 */
export function mergeTokens<T>(old: T, fresh: T | Partial<T>): T {
  if (!hasFields(old) || !hasFields(fresh)) return fresh as T;
  const news: Record<string, unknown> = Object.fromEntries(
    Object.entries(fresh).filter(([name, value]) => {
      return value !== undefined && (value || !REFRESH_NAMES.includes(name));
    }),
  );
  const kept: Record<string, unknown> = { ...old };
  // Of tokens in a shape of one's own nobody can tell; those that an answer brings are new.
  const isNew = accessTokenOf(news) !== undefined || accessTokenOf(old) === undefined;
  if (isNew || LIFETIME_FIELDS.some((name) => name in news)) {
    for (const name of LIFETIME_FIELDS) delete kept[name];
  }
  // Under another name it counts as much: the old one would outlive it.
  for (const names of [ACCESS_NAMES, REFRESH_NAMES]) {
    const [mine, theirs] = [kept, news].map((fields) => names.find((name) => fields[name] != null));
    if (mine && theirs) kept[mine] = news[theirs];
  }
  // As all that is handed out: its fields were frozen where they came in.
  return Object.freeze({ ...kept, ...news }) as T;
}

/** The tokens with another access token in its place, as a reply's header brings it. */
export function withAccessToken<T>(tokens: T, accessToken: string): T {
  if (typeof tokens === 'string') return accessToken as T;
  const name = ACCESS_NAMES.find((it) => (tokens as Record<string, unknown>)[it] != null);
  return mergeTokens<unknown>(tokens, { [name ?? 'accessToken']: accessToken }) as T;
}

/** What is wrong with the answer of a refresh, without the answer itself; undefined when it is good. */
export function flawOf(old: unknown, fresh: unknown): string | undefined {
  if (fresh === null || fresh === '' || typeof fresh !== typeof old) return 'no tokens';
  if (accessTokenOf(old) !== undefined && !accessTokenOf(fresh)) return 'no access token';
  return undefined;
}

/** Whether a refresh brought nothing new: neither another access token nor another refresh token. */
export function sameSecrets(old: unknown, fresh: unknown): boolean {
  const access = accessTokenOf(old);
  return (
    access !== undefined && access === accessTokenOf(fresh) && refreshTokenOf(old) === refreshTokenOf(fresh)
  );
}

function refreshTokenOf(tokens: unknown): unknown {
  const { refreshToken, refresh_token } = tokens as Record<string, unknown>;
  return refreshToken ?? refresh_token;
}

function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

function claimsOf(token: unknown): Claims {
  const payload = typeof token === 'string' ? token.split('.')[1] : undefined;
  if (!payload) return {};
  try {
    return (JSON.parse(decodeBase64Url(payload)) as Claims | null) ?? {};
  } catch {
    // An opaque token with a dot in it.
    return {};
  }
}

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** By hand, since `atob` is missing from mini-programs and knows no UTF-8. */
function decodeBase64Url(text: string): string {
  let bits = 0;
  let count = 0;
  let escaped = '';
  for (const character of text.replace(/=+$/, '')) {
    bits = ((bits << 6) | BASE64_URL.indexOf(character)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    escaped += `%${((bits >> count) & 0xff).toString(16).padStart(2, '0')}`;
  }
  return decodeURIComponent(escaped);
}
