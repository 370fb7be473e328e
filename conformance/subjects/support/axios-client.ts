import { isAxiosError, type AxiosInstance } from 'axios';
import type { Answer, Client } from '../../contract.js';

/** An axios instance; its rejections that have a reply resolve to that reply. */
export function clientOfAxios(instance: AxiosInstance): Pick<Client, 'request' | 'axios'> {
  return {
    axios: instance,
    async request(url, { body, timeoutMs, signal, headers, method } = {}): Promise<Answer> {
      try {
        const { status, data } = await instance.request<unknown>({
          url,
          data: body,
          ...(method !== undefined && { method }),
          ...(headers && { headers: { ...headers } }),
          ...(signal && { signal }),
          ...(timeoutMs !== undefined && { timeout: timeoutMs }),
        });
        return { status, body: data };
      } catch (error) {
        if (!isAxiosError<unknown>(error) || !error.response) throw error;
        const { status, data } = error.response;
        return { status, body: data };
      }
    },
  };
}
