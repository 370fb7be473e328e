import type { RequestSessionOptions } from '../../policy/client-options.js';

/**
 * An axios instance of any copy and any version from 1.0 on: told by its shape, so that the copy that is guarded need
 * not be the one that Holdfast was installed beside.
 */
export interface AxiosLike<Request = AxiosRequest> {
  getUri(config?: Request): string;
  request(...config: never[]): Promise<unknown>;
  readonly defaults: object;
}

/** What every version calls a request, as far as one needs it to tell one from another. */
export interface AxiosRequest {
  url?: string | undefined;
  method?: string;
  baseURL?: string;
  params?: unknown;
  data?: unknown;
  session?: RequestSessionOptions;
}

export type HeaderValue = string | string[] | null | undefined;

/** `AxiosHeaders`, or a plain object before there were those. */
export type AxiosHeaders = Record<string, unknown> & {
  get?: (name: string) => HeaderValue;
  set?: (name: string, value: string) => unknown;
};

export type BeforeRedirect = (
  target: { href: string; headers: Record<string, string> },
  ...rest: unknown[]
) => void;

export type OnProgress = (event: { loaded: number; total?: number | undefined }) => void;

/** A request as an adapter gets it. */
export type Config = AxiosRequest & {
  headers: AxiosHeaders;
  allowAbsoluteUrls?: boolean;
  auth?: unknown;
  signal?: AbortSignal;
  cancelToken?: unknown;
  httpAgent?: unknown;
  httpsAgent?: unknown;
  responseType?: string;
  beforeRedirect?: BeforeRedirect;
  onDownloadProgress?: OnProgress;
  onUploadProgress?: OnProgress;
};

export type Response = {
  data: unknown;
  readonly status: number;
  readonly headers: AxiosHeaders;
  config: Config;
  request?: unknown;
};

export type Adapter = (config: Config) => Promise<Response>;

/** What an instance sends with: a function, or names of those that axios has. */
export type Transport = Adapter | string | readonly (Adapter | string)[] | undefined;

/** What is used of an instance. One that a class made has no `create`. */
export type Instance = {
  request(config: object): Promise<Response>;
  readonly defaults: { adapter?: Transport; baseURL?: string };
  create?: (config?: object) => Instance;
  readonly interceptors: {
    readonly request: {
      use(then: (config: never) => unknown, otherwise: undefined, options: { synchronous: boolean }): unknown;
    };
  };
  readonly VERSION?: string;
};
