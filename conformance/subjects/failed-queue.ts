import axios, { isAxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { Subject, Tokens } from '../contract.js';
import { carry, carryCurrent } from './support/carry.js';
import { clientOfAxios } from './support/axios-client.js';
import { hasRefused } from './support/has-refused.js';
import { isRejection } from './support/is-rejection.js';

type Retried = InternalAxiosRequestConfig & { retried?: boolean };

/** The other snippet that front ends copy: whoever fails meanwhile waits in a queue that is also told of a failure. */
export const subject: Subject = {
  about:
    'The well-known response interceptor with `isRefreshing`, a `failedQueue` and `processQueue(error, token)`, and a mark on the request that failed first, against loops.',
  features: [
    'rejection',
    'statuses',
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
    let failedQueue: { resolve(accessToken: string): void; reject(error: unknown): void }[] = [];

    carryCurrent(instance, setting, () => tokens?.accessToken);

    function processQueue(error: unknown, accessToken = ''): void {
      for (const waiting of failedQueue) {
        if (error) waiting.reject(error);
        else waiting.resolve(accessToken);
      }
      failedQueue = [];
    }

    function end(): void {
      tokens = null;
      setting.ended();
    }

    instance.interceptors.response.use(
      (response) => response,
      async (error: unknown) => {
        if (!isAxiosError(error) || !error.response || !error.config) throw error;
        const { status, data } = error.response;
        const request: Retried = error.config;
        if (!isRejection(setting.judge, { status, body: data as unknown }) || request.retried) throw error;
        if (isRefreshing) {
          const accessToken = await new Promise<string>((resolve, reject) => {
            failedQueue.push({ resolve, reject });
          });
          carry(request, accessToken, setting);
          return await instance(request);
        }
        request.retried = true;
        isRefreshing = true;
        try {
          tokens = { ...tokens, ...(await setting.refresh({ refreshToken: tokens?.refreshToken ?? '' })) };
          processQueue(null, tokens.accessToken);
        } catch (failure) {
          processQueue(failure);
          if (hasRefused(failure)) end();
          throw failure;
        } finally {
          isRefreshing = false;
        }
        return await instance(request);
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
