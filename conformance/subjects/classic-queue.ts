import axios, { isAxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { Subject, Tokens } from '../contract.js';
import { clientOfAxios } from './support/axios-client.js';
import { isRejection } from './support/is-rejection.js';

/** What a request that is sent again is marked with. */
type Retried = InternalAxiosRequestConfig & { retried?: boolean };

/** The snippet that front ends copy: an axios response interceptor, a flag, and a queue of requests to send again. */
export const subject: Subject = {
  about:
    'The well-known response interceptor with `isRefreshing` and a queue `retryRequests`, and a `retried` mark against loops.',
  features: [
    'rejection',
    'statuses',
    'codes',
    'attach',
    'query',
    'shared-refresh',
    'refresh-function',
    'reads-tokens',
    'keeps-tokens',
    'sign-out',
    'anonymous',
    'ended-event',
    'several-sessions',
    'signal',
    'abort-signal',
    'timeout',
    'http',
    'axios',
  ],
  create(setting) {
    const instance = axios.create({ baseURL: setting.url });
    let tokens: Tokens | null = null;
    let isRefreshing = false;
    let retryRequests: ((accessToken: string) => void)[] = [];

    function carry(config: InternalAxiosRequestConfig, accessToken: string): void {
      if (setting.attach === 'query') config.params = { ...config.params, token: accessToken };
      else config.headers.set('Authorization', `Bearer ${accessToken}`);
    }

    instance.interceptors.request.use((config) => {
      if (tokens) carry(config, tokens.accessToken);
      return config;
    });

    async function afterRejection(config: Retried): Promise<unknown> {
      config.retried = true;
      if (isRefreshing) {
        return await new Promise((resolve) => {
          retryRequests.push((accessToken) => {
            carry(config, accessToken);
            resolve(instance(config));
          });
        });
      }
      isRefreshing = true;
      try {
        tokens = { ...tokens, ...(await setting.refresh({ refreshToken: tokens?.refreshToken ?? '' })) };
        const { accessToken } = tokens;
        for (const retry of retryRequests) retry(accessToken);
        retryRequests = [];
        carry(config, accessToken);
        return await instance(config);
      } catch (error) {
        tokens = null;
        setting.ended();
        throw error;
      } finally {
        isRefreshing = false;
      }
    }

    instance.interceptors.response.use(
      (response) => {
        const { config, status, data } = response;
        const dead = isRejection(setting.judge, { status, body: data as unknown });
        return dead && !(config as Retried).retried ? (afterRejection(config) as Promise<never>) : response;
      },
      (error: unknown) => {
        if (!isAxiosError(error) || !error.response || !error.config) throw error;
        const { status, data } = error.response;
        if (
          !isRejection(setting.judge, { status, body: data as unknown }) ||
          (error.config as Retried).retried
        )
          throw error;
        return afterRejection(error.config);
      },
    );

    return {
      ...clientOfAxios(instance),
      signIn: (issued) => void (tokens = issued),
      signOut: () => void (tokens = null),
      tokens: () => tokens,
    };
  },
};
