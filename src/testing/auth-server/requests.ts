/** The query parameter that may carry the access token. */
export const TOKEN_PARAMETER = 'token';

/** Every access token that a request carries, in whichever place. */
export function accessTokensOf(request: Request, tokenHeader: string): string[] {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const bare = request.headers.get(tokenHeader);
  const parameters = new URL(request.url).searchParams.getAll(TOKEN_PARAMETER);
  return [bearer, bare, ...parameters].flatMap((token) => (token ? [token] : []));
}

/** The fields of a JSON object; none when the body is anything else. */
export async function readFields(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await request.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
