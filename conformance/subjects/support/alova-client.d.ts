/** The part of its types that is used here: its own cannot be resolved from an ES module. */
declare module 'alova/client' {
  import type { AlovaGenerics, Method } from 'alova';

  type Generics = AlovaGenerics<unknown, unknown, RequestInit, Response, Headers>;

  /** The part of `createAlova()`'s options that it makes. */
  export interface TokenAuthentication {
    onAuthRequired(): (method: Method<Generics>) => Promise<void>;
    onResponseRefreshToken(handlers: {
      onSuccess: (response: Response, method: Method<Generics>) => unknown;
      onError: (error: unknown, method: Method<Generics>) => void;
    }): {
      onSuccess: (response: Response, method: Method<Generics>) => unknown;
      onError: (error: unknown, method: Method<Generics>) => void;
    };
  }

  export function createClientTokenAuthentication(options: {
    assignToken: (method: Method) => void | Promise<void>;
    refreshToken: { isExpired: (method: Method) => boolean; handler: (method: Method) => Promise<void> };
  }): TokenAuthentication;

  export function createServerTokenAuthentication(options: {
    assignToken: (method: Method) => void | Promise<void>;
    refreshTokenOnSuccess: {
      isExpired: (response: Response, method: Method) => Promise<boolean>;
      handler: (response: Response, method: Method) => Promise<void>;
    };
  }): TokenAuthentication;
}
