import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import type { Setting } from '../../contract.js';

/** Puts an access token where the case wants it. */
export function carry(
  config: InternalAxiosRequestConfig,
  accessToken: string,
  { attach }: Pick<Setting, 'attach'>,
): void {
  if (attach === 'query') config.params = { ...config.params, token: accessToken };
  else config.headers.set('Authorization', `Bearer ${accessToken}`);
}

/** The request interceptor of the READMEs: each request carries the token that is current when it is sent. */
export function carryCurrent(
  instance: AxiosInstance,
  setting: Setting,
  accessToken: () => string | undefined,
): void {
  instance.interceptors.request.use((config) => {
    const current = accessToken();
    if (current !== undefined) carry(config, current, setting);
    return config;
  });
}
