import axios from 'axios';
import { createAlova } from 'alova';
import adapterFetch from 'alova/fetch';
import { fetchBaseQuery } from '@reduxjs/toolkit/query';
import ky from 'ky';
import type { Answer, Client, Setting, Subject, Tokens } from './contract.js';
import { refreshAt } from './stage/refresh.js';
import { requestThrough } from './subjects/support/alova.js';
import { authorizationLink, clientOfApollo } from './subjects/support/apollo-client.js';
import { clientOfAxios } from './subjects/support/axios-client.js';
import { clientOfFetch, parsed } from './subjects/support/fetch-client.js';
import { clientOfKy } from './subjects/support/ky-client.js';
import { clientOfRtk, type BaseQuery } from './subjects/support/rtk-client.js';
import { clientOfUrql } from './subjects/support/urql-client.js';

/** A client that nothing stands above: it sends the token it was given, and knows of no refresh. */
export type BareClient = Client & {
  /** One refresh, as the physical floor has it. */
  refresh(): Promise<void>;
};

export type BareSubject = Omit<Subject, 'create'> & { create(setting: Setting): BareClient };

type Make = (url: string, authorization: () => string) => Pick<Client, 'request' | 'close'>;

function bare(about: string, features: Subject['features'], make: Make): BareSubject {
  return {
    about,
    features,
    create({ url }) {
      let tokens: Tokens | null = null;
      return {
        ...make(url, () => `Bearer ${tokens?.accessToken}`),
        signIn: (issued) => void (tokens = issued),
        tokens: () => tokens,
        async refresh() {
          if (tokens) tokens = await refreshAt(url, tokens);
        },
      };
    },
  };
}

/** Each client without its token layer, and with a header set by hand. */
export const BARE = {
  'bare axios': bare('axios with a bearer interceptor', ['axios', 'http'], (url, authorization) => {
    const instance = axios.create({ baseURL: url });
    instance.interceptors.request.use((config) => {
      config.headers.set('Authorization', authorization());
      return config;
    });
    return clientOfAxios(instance);
  }),

  'bare fetch': bare('fetch with a bearer header', ['fetch', 'http'], (url, authorization) =>
    clientOfFetch(url, (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('Authorization', authorization());
      return fetch(input, { ...init, headers });
    }),
  ),

  'bare alova': bare('alova with a header set in beforeRequest', ['http'], (url, authorization) => {
    const alova = createAlova({
      baseURL: url,
      requestAdapter: adapterFetch(),
      cacheFor: null,
      shareRequest: false,
      beforeRequest: ({ config }) => void (config.headers['Authorization'] = authorization()),
      responded: async (response: Response) => ({
        status: response.status,
        body: parsed(await response.text()),
      }),
    });
    return { request: requestThrough((config) => alova.Request<Answer>({ ...config, method: 'GET' })) };
  }),

  'bare apollo': bare('Apollo Client with a link that adds the header', ['graphql'], (url, authorization) =>
    clientOfApollo(url, [authorizationLink(() => authorization().slice('Bearer '.length))]),
  ),

  'bare urql': bare('urql with fetchOptions', ['graphql'], (url, authorization) =>
    clientOfUrql(url, [], () => ({ headers: { Authorization: authorization() } })),
  ),

  'bare ky': bare('ky with a beforeRequest hook', ['fetch', 'http'], (url, authorization) =>
    clientOfKy(
      url,
      ky.create({
        retry: 0,
        hooks: { beforeRequest: [({ request }) => request.headers.set('Authorization', authorization())] },
      }),
    ),
  ),

  'bare rtk-query': bare('fetchBaseQuery with prepareHeaders', ['http'], (url, authorization) =>
    clientOfRtk(
      fetchBaseQuery({
        baseUrl: url,
        responseHandler: 'content-type',
        prepareHeaders: (headers) => headers.set('authorization', authorization()),
      }) as BaseQuery,
      {},
    ),
  ),
} satisfies Readonly<Record<string, BareSubject>>;

export type BareName = keyof typeof BARE;

const OWN_CLIENT: Readonly<Record<string, BareName>> = {
  'alova-client': 'bare alova',
  'alova-server': 'bare alova',
  'apollo-link-token-refresh': 'bare apollo',
  'urql-auth-exchange': 'bare urql',
  ky: 'bare ky',
  'rtk-query': 'bare rtk-query',
};

/** What a subject is compared with: the client it guards, without what guards it. */
export function bareFor(subject: string, { features }: Pick<Subject, 'features'>): BareName {
  return OWN_CLIENT[subject] ?? (features.includes('axios') ? 'bare axios' : 'bare fetch');
}

export function isBare(name: string): name is BareName {
  return name in BARE;
}
