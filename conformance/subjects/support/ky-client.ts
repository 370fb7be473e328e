import { isHTTPError, type KyInstance } from 'ky';
import type { Client } from '../../contract.js';
import { absolute, parsed } from './fetch-client.js';

export function clientOfKy(url: string, api: KyInstance): Pick<Client, 'request' | 'fetch'> {
  return {
    fetch: (input, init) => api(input, init),
    async request(path, { timeoutMs, ...init } = {}) {
      try {
        const response = await api(absolute(url, path), {
          ...init,
          ...(timeoutMs !== undefined && { timeout: timeoutMs }),
        });
        return { status: response.status, body: parsed(await response.text()) };
      } catch (error) {
        if (!isHTTPError(error)) throw error;
        return { status: error.response.status, body: error.data };
      }
    },
  };
}
