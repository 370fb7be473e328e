import type { AxiosInstance } from 'axios';
import type { Tokens } from '../../contract.js';

/** A refresh made with the guarded instance, marked as several axios libraries want their own refresh to be marked. */
export async function refreshThrough(
  instance: AxiosInstance,
  { refreshToken }: Pick<Tokens, 'refreshToken'>,
): Promise<Tokens> {
  const unguarded: { skipAuthRefresh: true } = { skipAuthRefresh: true };
  return (await instance.post<Tokens>('/auth/refresh', { refreshToken }, unguarded)).data;
}
