import axios, { isAxiosError, type AxiosInstance } from 'axios';
import { guardAxios, type RequestSessionOptions } from '../../../src/clients/axios.js';
import { guardFetch, type GuardedFetch } from '../../../src/clients/fetch.js';
import type { Attach, Judge, JudgedReply, Session } from '../../../src/index.js';
import type { AuthServerTokens } from '../../../src/testing/index.js';

/** What every client is asked to do, in one form. */
export type Call = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
  readonly signal?: AbortSignal;
  readonly session?: RequestSessionOptions;
};

export type Answer = { readonly status: number; readonly body: unknown };

/** Sends a request to a path, or to an absolute URL. */
export type Client = (url: string, call?: Call) => Promise<Answer>;

export type SubjectOptions = {
  readonly attach?: Attach<AuthServerTokens>;
  readonly judge?: Judge;
  readonly origins?: readonly string[];
  readonly replay?: boolean;
  readonly renewedBy?: (reply: JudgedReply) => unknown;
  /** By path. */
  readonly skip?: (url: string) => boolean;
};

export type Subject = {
  readonly name: string;
  make(origin: string, session: Session<AuthServerTokens>, options?: SubjectOptions): Client;
};

function clientOfAxios(instance: AxiosInstance): Client {
  return async (url, { body, ...call } = {}) => {
    try {
      const { status, data } = await instance.request<unknown>({ url, data: body, ...call });
      return { status, body: data };
    } catch (error) {
      if (!isAxiosError<unknown>(error) || !error.response) throw error;
      const { status, data } = error.response;
      return { status, body: data };
    }
  };
}

function clientOfFetch(origin: string, guarded: GuardedFetch): Client {
  return async (url, call) => {
    const response = await guarded(/^\/(?![/\\])/.test(url) ? origin + url : url, call);
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function axiosWith(adapter: 'http' | 'fetch'): Subject {
  return {
    name: `axios over ${adapter}`,
    make(origin, session, { skip, ...options } = {}) {
      const instance = axios.create({ baseURL: origin, adapter });
      guardAxios(instance, session, { ...options, ...(skip && { skip: ({ url = '' }) => skip(url) }) });
      return clientOfAxios(instance);
    },
  };
}

export const overHttp: Subject = axiosWith('http');

export const overFetch: Subject = {
  name: 'fetch',
  make(origin, session, { skip, ...options } = {}) {
    const guarded = guardFetch(session, {
      origins: [origin],
      ...options,
      ...(skip && { skip: ({ url }) => skip(url) }),
    });
    return clientOfFetch(origin, guarded);
  },
};

/** Every client that the cases are shared by. */
export const SUBJECTS: readonly Subject[] = [overHttp, axiosWith('fetch'), overFetch];

/** What a promise rejects with; watched from now on, so that it is never unhandled. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
}
