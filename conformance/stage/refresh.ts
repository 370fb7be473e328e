import type { Tokens } from '../contract.js';

/** What a user's refresh throws: the names of axios and those of fetch users, so that each library finds its own. */
export class RefreshError extends Error {
  readonly status: number;
  readonly response: { readonly status: number; readonly data: unknown; readonly headers: Headers };

  constructor(status: number, data: unknown, headers: Headers) {
    super(`the refresh was answered with ${status}`);
    this.name = 'RefreshError';
    this.status = status;
    this.response = { status, data, headers };
  }
}

/** Presents the refresh token by a request of its own, outside any library. */
export async function refreshAt(
  url: string,
  { refreshToken }: Pick<Tokens, 'refreshToken'>,
  signal?: AbortSignal,
): Promise<Tokens> {
  const response = await bareFetch(`${url}/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
    ...(signal && { signal }),
  });
  const data: unknown = await response.json();
  if (!response.ok) throw new RefreshError(response.status, data, response.headers);
  return data as Tokens;
}

/** Some libraries replace the global one. */
const bareFetch = globalThis.fetch;
