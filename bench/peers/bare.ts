import axios from 'axios';
import type { Client, Setting, Subject, Tokens } from '../../conformance/contract.js';
import { refreshAt } from '../../conformance/stage/refresh.js';
import { clientOfAxios } from '../../conformance/subjects/support/axios-client.js';
import { clientOfFetch } from '../../conformance/subjects/support/fetch-client.js';

/** A client that nothing stands above: it sends the token it was given, and knows of no refresh. */
export type BareClient = Client & {
  /** One refresh, as the physical floor has it. */
  refresh(): Promise<void>;
};

export type BareSubject = Omit<Subject, 'create'> & { create(setting: Setting): BareClient };

function bareClient({ url }: Setting, make: (token: () => string) => Pick<Client, 'request'>): BareClient {
  let tokens: Tokens | null = null;
  return {
    ...make(() => `Bearer ${tokens?.accessToken}`),
    signIn: (issued) => void (tokens = issued),
    tokens: () => tokens,
    async refresh() {
      if (tokens) tokens = await refreshAt(url, tokens);
    },
  };
}

export const bareAxios: BareSubject = {
  about: 'axios with a bearer interceptor written by hand',
  features: ['axios', 'http'],
  create: (setting) =>
    bareClient(setting, (token) => {
      const instance = axios.create({ baseURL: setting.url });
      instance.interceptors.request.use((config) => {
        config.headers.set('Authorization', token());
        return config;
      });
      return clientOfAxios(instance);
    }),
};

export const bareFetch: BareSubject = {
  about: 'fetch with a bearer header written by hand',
  features: ['fetch', 'http'],
  create: (setting) =>
    bareClient(setting, (token) =>
      clientOfFetch(setting.url, (input, init) => {
        const headers = new Headers(init?.headers);
        headers.set('Authorization', token());
        return fetch(input, { ...init, headers });
      }),
    ),
};
